import { appendFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FreshCopy } from './fresh-copy.ts';
import { TOP_FOLDERS } from './project.ts';

/** Types and unit tests of a package and the types of those below it, as `npm test` runs them. */
const SEED_FILES = ['run', '-s', 'packages', '--filter=@seedlot/seed-files'];

/** One program for all packages: five times faster than one for each. */
const ALL_SOURCES = {
  extends: './tsconfig.base.json',
  include: ['packages/*/src', 'services/*/src', 'bench', 'test'],
};

/** The steps build on each other, as they do for somebody who has just cloned the project. */
describe('a fresh clone, alone in its folder', { timeout: 300_000 }, () => {
  let clone: FreshCopy;

  beforeAll(async () => {
    clone = await FreshCopy.make();
  });
  afterAll(async () => clone[Symbol.asyncDispose]());

  it('stands alone', async () => {
    expect(await clone.siblings()).toEqual([path.basename(clone.root)]);
  });

  it('has no folder that the checks of the architecture do not read', async () => {
    const entries = await readdir(clone.root, { withFileTypes: true });
    const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
    expect(folders.length).toBeGreaterThanOrEqual(6);
    expect(folders.filter(name => !TOP_FOLDERS.some(folder => folder === name))).toEqual([]);
  });

  it('installs itself for the first command, which alone prints to stdout', async () => {
    const { code, stdout, stderr } = await clone.run('./seedlot', ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('installing') });
    expect(stdout).toMatch(/^usage: seedlot/i);
  });

  it('answers from any folder and through links, without another word', async () => {
    const direct = await clone.run('./seedlot', ['--help']);
    const link = path.join(clone.parent, 'a link');
    await symlink(path.join(clone.root, 'seedlot'), link);
    await symlink('a link', path.join(clone.parent, 'a link to a link'));
    const linked = await clone.run(path.join(clone.parent, 'a link to a link'), ['--help'], clone.parent);
    expect(linked).toEqual(direct);
    expect(linked).toMatchObject({ code: 0, stderr: '' });
  });

  it('passes on exit codes', async () => {
    const { code, stdout, stderr } = await clone.run('./seedlot', ['no-such-command'], clone.parent);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('passes biome', async () => {
    const { code, stdout, stderr } = await clone.pnpm('run', '-s', 'lint');
    expect(code, stdout + stderr).toBe(0);
  });

  it('passes the types of every package', async () => {
    await writeFile(path.join(clone.root, 'tsconfig.all.json'), JSON.stringify(ALL_SOURCES));
    const { code, stdout, stderr } = await clone.pnpm('exec', 'tsc', '-p', 'tsconfig.all.json');
    expect(code, stdout + stderr).toBe(0);
  });

  it('passes unit tests, with the summary of vitest as it wrote it', async () => {
    const { code, stdout } = await clone.pnpm(...SEED_FILES);
    expect(code, stdout).toBe(0);
    expect(stripVTControlCharacters(stdout)).toMatch(/^ +Tests +\d+ passed \(\d+\)$/m);
  });

  it('takes the old result while nothing has changed, but not when a package below has, and keeps no failure', async () => {
    const unchanged = await clone.pnpm(...SEED_FILES);
    expect(unchanged.stdout).toContain('FULL TURBO');
    await appendFile(path.join(clone.root, 'packages/oath/src/index.ts'), "\nthrow new Error('planted');\n");
    const changed = await clone.pnpm(...SEED_FILES);
    const again = await clone.pnpm(...SEED_FILES);
    expect([unchanged.code, changed.code, again.code], changed.stdout).toEqual([0, 1, 1]);
    expect(stripVTControlCharacters(again.stdout)).toContain('Error: planted');
  });
});
