import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKey, readPrivateKey } from 'openpgp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMessage } from './demo/decrypt.ts';
import { takeCensus } from './demo/seed-census.ts';
import { ServerProcess } from './testing/server-process.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'seedlot demo '));
});

afterEach(() => rm(root, { recursive: true, force: true }));

test('leaves the files of factory, customer and vendor, and nothing of the system it ran on', async () => {
  const out = join(root, 'out');
  const places = join(root, 'tmp');
  await mkdir(places);
  const demo = new ServerProcess('demo.ts', ['--quantity', '5000', '--out', out], {
    ...process.env,
    TMPDIR: places,
  });
  expect(await demo.end(), demo.stderr).toBe(0);
  expect(demo.stdout).toMatch(/All \d+ checks hold/);
  expect(await readdir(out, { recursive: true })).toEqual(
    expect.arrayContaining([
      'factory/secret-key.asc',
      'factory/lot-000001.csv.pgp',
      'factory/production-report.csv',
      'factory/production-report.csv.asc',
      'customer/secret-key.asc',
      'customer/delivery-000001.csv.pgp',
      'evidence/records.jsonl',
      'vendor/signing-key.asc',
    ]),
  );
  expect(await readdir(places)).toEqual([]);

  const vendorKey = join(out, 'vendor', 'signing-key.asc');
  expect((await readKey({ armoredKey: await readFile(vendorKey, 'utf8') })).isPrivate()).toBe(false);
  const secretKey = join(out, 'factory', 'secret-key.asc');
  expect((await readPrivateKey({ armoredKey: await readFile(secretKey, 'utf8') })).isDecrypted()).toBe(true);
  const opened = await openMessage({
    message: join(out, 'factory', 'lot-000001.csv.pgp'),
    secretKey,
    vendorKey,
  });
  const census = takeCensus(opened.plaintext, { stem: '', digits: 13 }, 20);
  expect(census).toMatchObject({ rows: 5000, distinctSerials: 5000, distinctSeeds: 5000 });
  expect(opened.signer).not.toBeNull();
});

test.each([
  ['a folder that is not empty', ['--out', '.'], 'out_folder_unusable', 3],
  ['a folder that is a file', ['--out', 'file'], 'out_folder_unusable', 3],
  ['no token at all', ['--quantity', '0'], 'arguments_invalid', 2],
  ['a quantity that is no number', ['--quantity', '1e3'], 'arguments_invalid', 2],
])('refuses %s before anything runs', async (_, args, code, exitCode) => {
  await writeFile(join(root, 'file'), '');
  const [name, value = ''] = args;
  const placed = name === '--out' ? ['--out', join(root, value)] : args;
  const demo = new ServerProcess('demo.ts', placed);
  expect(await demo.end()).toBe(exitCode);
  expect(demo.stdout).toBe('');
  expect(demo.stderr).toContain(`[${code}]`);
  expect(await readdir(root)).toEqual(['file']);
});
