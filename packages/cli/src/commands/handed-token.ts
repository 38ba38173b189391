import { type FileHandle, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { systemCode, unwritable } from '../local-files.ts';

interface Added {
  readonly token?: string | null | undefined;
}

/** What becomes of a token that the server shows once. */
export interface TokenHanding<Answer extends Added> {
  /** The new file that gets it; stdout when undefined. */
  readonly saveToken: string | undefined;
  readonly add: () => Promise<Answer>;
  /** Whose token it is, in words. */
  readonly holder: (added: Answer) => string;
}

/**
 * Adds somebody and hands over the token: to stdout, or to a file for its owner alone, which is made before anything is
 * asked for, so that no token is lost to a folder that cannot be written. Throws `token_lost`, `file_exists`.
 */
export async function handToken<Answer extends Added>(
  call: Invocation,
  { saveToken, add, holder }: TokenHanding<Answer>,
): Promise<void> {
  if (saveToken === undefined) {
    const added = await add();
    const token = tokenOf(added, holder(added));
    await call.say(
      `Added ${holder(added)}. The token is shown this once: keep it where nobody else reads it`,
    );
    return call.json ? call.printJson(added) : call.printText(token);
  }
  const file = path.resolve(call.terminal.folder, saveToken);
  await using handle = await createOwn(file);
  const added = await add().catch(fault => abandon(file, fault));
  await store(handle, file, tokenOf(added, holder(added)));
  await call.say(`Added ${holder(added)}. The token is in ${file}`);
  if (call.json) await call.printJson({ ...added, token: undefined, tokenFile: file });
}

function tokenOf(added: Added, holder: string): string {
  if (added.token) return added.token;
  throw new CliError('token_lost', `${holder} was added, but the token was lost with the connection`, {
    advice: 'A token is shown once: add another name',
  });
}

async function createOwn(file: string): Promise<FileHandle> {
  return open(file, 'wx', 0o600).catch(cause => {
    if (systemCode(cause) !== 'EEXIST') throw unwritable(file, cause);
    throw new CliError('file_exists', `${file} exists`, { advice: 'Name a new file', cause });
  });
}

async function store(handle: FileHandle, file: string, token: string): Promise<void> {
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

async function abandon(file: string, fault: unknown): Promise<never> {
  await unlink(file);
  throw fault;
}
