import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { isRoot } from '../testing/servers.ts';
import { discardCopy, findBinaries, installedRoot } from './binaries.ts';

const run = promisify(execFile);
const NOBODY = { uid: 65534, gid: 65534 };
const folder = await mkdtemp(join(tmpdir(), 'seedlot binaries '));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('programs that cannot be run are an error', async () => {
  const missing = findBinaries({}, join(folder, 'nowhere'));
  await expect(missing).rejects.toMatchObject({ name: 'EmbeddedError', code: 'binaries_unusable' });
});

test.runIf(isRoot)(
  'programs below a private folder are copied to where the server can run them',
  async () => {
    const hidden = join(folder, 'native');
    await cp(installedRoot(), hidden, { recursive: true, verbatimSymlinks: true });
    const binaries = await findBinaries(NOBODY, hidden);
    const copy = dirname(dirname(binaries.postgres));
    expect(copy).not.toBe(hidden);
    const { stdout } = await run(binaries.initdb, ['--version'], { ...NOBODY, cwd: '/' });
    expect(stdout).toMatch(/PostgreSQL/);
    await binaries.discard();
    await expect(stat(copy)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('only a copy is ever discarded', async () => {
  await mkdir(join(folder, 'installed', 'bin'), { recursive: true });
  await discardCopy(join(folder, 'installed'));
  expect(await readdir(join(folder, 'installed'))).toEqual(['bin']);
});
