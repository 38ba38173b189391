import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LotAnswer } from './demo/answers.ts';
import { Client } from './demo/client.ts';
import { makeOwnKey } from './demo/own-key.ts';
import { awaitState } from './demo/patience.ts';
import { PRODUCT } from './demo/product.ts';
import { ServerProcess } from './testing/server-process.ts';

const QUANTITY = 300;

let root: string;
let server: ServerProcess;
let ops: Client;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'seedlot recovery '));
});

afterAll(async () => {
  await server?.end('SIGKILL');
  // The next start on this folder ends the PostgreSQL that a killed one left.
  const last = program('main.ts', ['--port', '0']);
  await last.url().catch(() => {});
  await last.end('SIGINT');
  await rm(root, { recursive: true, force: true });
});

function program(name: ConstructorParameters<typeof ServerProcess>[0], more: readonly string[] = []) {
  const places = ['--data', join(root, 'data'), '--root-slots', join(root, 'slots')];
  return new ServerProcess(name, [...more, ...places]);
}

async function succeeds(
  name: 'backup.ts' | 'restore.ts' | 'recover.ts' | 'drill.ts',
  more: readonly string[] = [],
) {
  const ended = program(name, [...more, '--json']);
  expect(await ended.end(), ended.stderr).toBe(0);
  return JSON.parse(ended.stdout);
}

async function refuses(ended: ServerProcess, code: string): Promise<void> {
  expect(await ended.end(), ended.stdout).not.toBe(0);
  expect(ended.stderr).toContain(`[${code}]`);
  expect(ended.stderr).toMatch(/^[^\n]*\[[a-z_]+\][^\n]*\n$/m);
}

async function startServer(): Promise<string> {
  server = program('main.ts', ['--port', '0']);
  return server.url();
}

async function orderLot(): Promise<LotAnswer> {
  const { lot } = await ops.post<{ lot: string }>('/orders', {
    product: PRODUCT.product,
    quantity: QUANTITY,
    factory: 'acme',
  });
  return awaitState<LotAnswer>(ops, `/lots/${lot}`, ({ file }) => file?.published === true);
}

interface Serial {
  readonly seed: string;
  readonly custody: string;
}

async function shred(request: object): Promise<void> {
  const { shred: id } = await ops.post<{ shred: string }>('/shreds', request);
  await awaitState(ops, `/shreds/${id}`, ({ state }) => state === 'completed');
}

/** As if somebody had copied the slot before the shred. */
async function putCopiedRootsBack(): Promise<void> {
  for (const name of await copiedRoots())
    await cp(join(root, 'copied-slots', name), join(root, 'slots', name));
}

async function removeCopiedRoots(): Promise<void> {
  for (const name of await copiedRoots()) await rm(join(root, 'slots', name));
}

async function copiedRoots(): Promise<string[]> {
  const names = await readdir(join(root, 'copied-slots'), { recursive: true });
  return names.filter(name => /root\.\d+$/.test(name));
}

describe('a database that is put back to before a shred and an order', () => {
  let first: LotAnswer;
  let second: LotAnswer;
  let third: LotAnswer;
  let token: string;
  let drilled: object;
  let failedDrill: { code: number | null; stderr: string };

  beforeAll(async () => {
    const url = await startServer();
    const [, admin = ''] = /(seedlot_[0-9a-f]{32}_\S+)/.exec(server.stdout) ?? [];
    const { token: opsToken } = await new Client(url, admin).post<{ token: string }>('/staff', {
      name: 'Ops',
      role: 'ops',
    });
    token = opsToken;
    ops = new Client(url, token);
    await ops.post('/products', PRODUCT);
    const { publicKey } = await makeOwnKey('Acme');
    await ops.post('/factories', { factory: 'acme', seedEncoding: 'hex', publicKey });
    first = await orderLot();
    second = await orderLot();
    expect(await succeeds('backup.ts', [join(root, 'backup')])).toMatchObject({
      postgres: expect.any(String),
    });
    third = await orderLot();
    await cp(join(root, 'slots'), join(root, 'copied-slots'), { recursive: true });
    const { firstSerial } = first;
    await shred({ serials: [{ first: firstSerial, last: firstSerial }] });
    await shred({ lot: second.lot });
    drilled = await succeeds('drill.ts', [join(root, 'backup')]);
    await orderLot();
    expect(await server.end('SIGINT')).toBe(0);
    await putCopiedRootsBack();
    const fooled = program('drill.ts', [join(root, 'backup')]);
    failedDrill = { code: await fooled.end(), stderr: fooled.stderr };
    await removeCopiedRoots();
    await rename(join(root, 'data', 'postgres'), join(root, 'lost-postgres'));
    await succeeds('restore.ts', [join(root, 'backup')]);
  });

  test('was tried in a drill beside the running system', () => {
    expect(drilled).toMatchObject({
      passed: true,
      lots: [
        { lot: first.lot, living: QUANTITY - 1, opened: QUANTITY - 1, shreddedSince: 1, stillOpen: 0 },
        { lot: second.lot, living: 0, opened: 0, shreddedSince: QUANTITY, stillOpen: 0 },
      ],
      newerLots: [third.lot],
    });
  });

  test('fails its drill where a copy of an old root came back', () => {
    expect(failedDrill.code).not.toBe(0);
    expect(failedDrill.stderr).toContain('[drill_failed]');
    expect(failedDrill.stderr).toContain(
      `${second.lot}: 0 of 0 living seeds open, ${QUANTITY} shredded ones`,
    );
  });

  test('is refused at the start, with the way out', async () => {
    const refused = program('main.ts', ['--port', '0']);
    expect(await refused.end()).not.toBe(0);
    expect(refused.stderr).toMatch(/\[(recovery_needed|ring_root_missing)\]/);
  });

  test('holds no root and no old root opens anything in it', async () => {
    const names = await readdir(join(root, 'backup'), { recursive: true });
    expect(names.filter(name => /(^|\/)(root\.\d+|high-water)/.test(name))).toEqual([]);
  });

  test('is recovered from the mirror and the log, twice to the same', async () => {
    const report = await succeeds('recover.ts');
    expect(report).toMatchObject({ lotsLost: [third.lot, expect.stringMatching(/^lot-/)] });
    expect(report.recordsAdopted).toBeGreaterThan(10);
    expect(report.seedsRoot.to).toBeGreaterThan(report.seedsRoot.from);
    const again = await succeeds('recover.ts');
    expect(again).toMatchObject({ lotsLost: [], recordsAdopted: 0, filesDropped: 0 });
    expect(again.seedsRoot.from).toBe(again.seedsRoot.to);
  });

  test('knows what is shredded, opens what lives, gives no serial twice', async () => {
    ops = new Client(await startServer(), token);
    const one = await ops.get<Serial>(`/serials/${first.firstSerial}`);
    expect(one).toMatchObject({ seed: 'shredded' });
    const lived = await ops.get<LotAnswer>(`/lots/${first.lot}`);
    expect(lived.seeds).toEqual({ living: QUANTITY - 1, shredded: 1 });
    const whole = await ops.get<LotAnswer>(`/lots/${second.lot}`);
    expect(whole.seeds).toEqual({ shredded: QUANTITY });
    const lost = await ops.get<LotAnswer>(`/lots/${third.lot}`);
    expect(lost).toMatchObject({ state: 'lost', custody: { lost: QUANTITY } });
    const next = await orderLot();
    expect(BigInt(next.firstSerial)).toBeGreaterThan(BigInt(third.lastSerial));
    expect(next.lot).not.toBe(third.lot);
  });

  test('goes on in the same log', async () => {
    const names = await readdir(join(root, 'data', 'objects', 'objects', 'records'), { recursive: true });
    const files = names.filter(name => name.endsWith('.json')).sort();
    const types = await Promise.all(
      files.map(
        async name =>
          JSON.parse(await readFile(join(root, 'data/objects/objects/records', name), 'utf8')).type,
      ),
    );
    expect(types.filter(type => type === 'recovery.done')).toHaveLength(2);
    expect(types.at(-1)).not.toBe('recovery.done');
  });
});

describe('a backup', () => {
  test('of which a byte has changed is refused, and nothing is left of it', async () => {
    const damaged = join(root, 'damaged');
    await cp(join(root, 'backup'), damaged, { recursive: true });
    const file = join(damaged, 'installation');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^./, 'x'));
    const target = join(root, 'elsewhere');
    const restored = new ServerProcess('restore.ts', [damaged, '--data', target]);
    await refuses(restored, 'backup_damaged');
    expect(await readdir(target)).toEqual([]);
  });

  test.each([
    ['that leads out of it', `${'0'.repeat(64)}  ../../evil\n`],
    ['that no backup wrote', 'not a sum\n'],
  ])('whose list has a path %s is refused', async (_, line) => {
    const damaged = join(root, 'listed');
    await cp(join(root, 'backup'), damaged, { recursive: true, force: true });
    await writeFile(join(damaged, 'SHA256SUMS'), line, { flag: 'a' });
    await refuses(
      new ServerProcess('restore.ts', [damaged, '--data', join(root, 'elsewhere')]),
      'backup_damaged',
    );
    await rm(damaged, { recursive: true });
  });

  test('without its manifest is refused as unfinished', async () => {
    await refuses(
      new ServerProcess('restore.ts', [root, '--data', join(root, 'elsewhere')]),
      'backup_incomplete',
    );
  });

  test.each(['backup.ts', 'drill.ts'] as const)(
    'is not made up where nothing is installed: %s',
    async name => {
      const nowhere = join(root, 'nowhere');
      const places = ['--data', nowhere, '--root-slots', join(root, 'nowhere-slots')];
      await refuses(new ServerProcess(name, [join(root, 'target'), ...places]), 'data_folder_unusable');
      expect(await readdir(root)).not.toContain('nowhere');
    },
  );

  test('overwrites no database', async () => {
    await refuses(program('restore.ts', [join(root, 'backup')]), 'data_folder_not_empty');
  });

  test.each([
    ['of a folder that is not empty', 'backup', 'backup_folder_unusable'],
    ['in the data folder', join('data', 'inner'), 'backup_folder_unusable'],
    ['around the root slots', '.', 'slot_in_data_folder'],
    ['in the root slots', join('slots', 'inner'), 'slot_in_data_folder'],
  ])('%s is refused', async (_, place, code) => {
    await refuses(program('backup.ts', [join(root, place)]), code);
  });
});
