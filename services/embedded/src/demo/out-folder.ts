import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmbeddedError } from '../errors.ts';

/** Where the demo leaves its files, or a temporary folder that `close` removes. */
export interface OutFolder {
  readonly path: string;
  readonly kept: boolean;
  close(): Promise<void>;
}

/** Throws `out_folder_unusable` unless `out` is absent, or an empty folder: the demo overwrites nothing. */
export async function openOutFolder(out: string | undefined): Promise<OutFolder> {
  if (out === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'seedlot-demo-out-'));
    return { path, kept: false, close: () => rm(path, { recursive: true, force: true }) };
  }
  const path = resolve(out);
  const entries = await readdir(path).catch(cause =>
    isAbsent(cause) ? [] : refuse(path, 'is no folder', cause),
  );
  if (entries.length > 0) refuse(path, 'is not empty; name an empty folder, or one that does not exist');
  await mkdir(path, { recursive: true }).catch(cause => refuse(path, 'cannot be made', cause));
  return { path, kept: true, close: async () => {} };
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function refuse(path: string, why: string, cause?: unknown): never {
  throw new EmbeddedError('out_folder_unusable', `The output folder ${path} ${why}`, { cause });
}
