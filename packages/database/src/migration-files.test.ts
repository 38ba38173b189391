import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrationsFolder, readMigrations } from './migration-files.ts';

async function folderWith(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot migrations '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of names) await writeFile(join(folder, name), 'abc');
  return folder;
}

test('migrations are read in the order of their numbers, other files left alone', async () => {
  const folder = await folderWith(['0002_second.sql', '0001_first.sql', 'README.md']);
  // FIPS 180-2, appendix B.1: the SHA-256 of "abc".
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await readMigrations(folder)).toEqual([
    { number: 1, name: '0001_first.sql', sha256, sql: 'abc' },
    { number: 2, name: '0002_second.sql', sha256, sql: 'abc' },
  ]);
});

test.each([
  ['one is missing', ['0001_first.sql', '0003_third.sql']],
  ['the first is missing', ['0002_second.sql']],
  ['two have one number', ['0001_first.sql', '0001_other.sql']],
  ['a name is short of digits', ['1_first.sql']],
  ['a name has other letters', ['0001_First try.sql']],
])('a folder is refused when %s', async (_, names) => {
  const reading = readMigrations(await folderWith(names));
  await expect(reading).rejects.toMatchObject({ name: 'DatabaseError', code: 'migrations_malformed' });
});

test('the product has migrations of its own', async () => {
  expect((await readMigrations(migrationsFolder))[0]?.name).toBe('0001_initial.sql');
});
