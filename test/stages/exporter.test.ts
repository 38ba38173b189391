import { exportDelivery } from '@seedlot/customer-exporter';
import { PAGE_SIZE } from '@seedlot/domain';
import { deliveriesToExport, lockLot, moveSerials } from '@seedlot/ledger';
import { generateKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  burnLot,
  cancelDelivery,
  deliver,
  exportsOf,
  fetchExport,
  type Part,
  replaceCustomerKey,
  wantAgain,
} from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, makeKey, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

let world: World;
let workers: Workers;
let lots: { lot: string; seeds: [string, string][] }[];
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
  const placed = [await place(world, PAGE_SIZE + 500), await place(world, 50)];
  await drain(workers);
  lots = await Promise.all(placed.map(async ({ lot }) => ({ lot, seeds: await printedSeeds(lot) })));
  for (const { lot } of lots) await burnLot(world, lot);
});
afterAll(() => world.end());

/** Printed serials and seeds in hex as the factory was told: what every export must agree with. */
async function printedSeeds(lot: string): Promise<[string, string][]> {
  const { seeds } = await fetchDelivery(world, lot);
  return [...seeds].map(([serial, seed]) => [String(serial).padStart(13, '0'), seed]);
}

let taken = 0;

/** Serials of the first lot that no other test has. */
function fresh(count: number): Part {
  const first = taken;
  taken += count;
  return { lot: lots[0]?.lot ?? '', first, after: taken };
}

function told({ lot, first, after }: Part): [string, string][] {
  return lots.find(known => known.lot === lot)?.seeds.slice(first, after) ?? [];
}

const hexRows = (...parts: Part[]) =>
  parts
    .flatMap(told)
    .map(([serial, seed]) => `${serial},${seed}\n`)
    .join('');

const makeExports = () => lookAround(workers.exporter.ledger, workers.export);

async function failureOf(delivery: string): Promise<string | undefined> {
  const { rows } = await world.database.pool.query<{ code: string }>(
    `select code from failures where step = 'export' and subject = $1`,
    [delivery],
  );
  return rows[0]?.code;
}

async function recordsOf(delivery: string): Promise<Record<string, unknown>[]> {
  const { rows } = await world.database.pool.query<{ line: Buffer }>(
    'select line from records where delivery_id = $1 order by seq',
    [delivery],
  );
  return rows.map(row => JSON.parse(row.line.toString()));
}

test('an export holds the serials of its delivery, of all lots and pages, and nothing else', async () => {
  const [start, other] = [fresh(50), { lot: lots[1]?.lot ?? '', first: 7, after: 9 }];
  const border = { lot: start.lot, first: PAGE_SIZE - 1, after: PAGE_SIZE + 2 };
  const delivery = await deliver(world, [other, border, start]);
  await makeExports();
  const { text, file } = await fetchExport(world, delivery);
  expect(text).toBe(hexRows(start, border, other));
  expect(file).toMatchObject({ quantity: 55, version: 1, request: 1, format: 'hex-csv', replaced: false });
  expect(await recordsOf(delivery)).toEqual([
    expect.objectContaining({
      type: 'file.made',
      kind: 'export',
      actor: 'service:customer-exporter',
      file: file.file,
      format: 'hex-csv',
      quantity: 55,
      recipient: world.customerKey.getFingerprint().toUpperCase(),
    }),
  ]);
  const { rows } = await world.database.pool.query('select state from deliveries where id = $1', [delivery]);
  expect(rows).toEqual([{ state: 'exported' }]);
  await expectNoLeftovers(world);
});

/** RFC 4648, section 6, one bit after the other. */
function base32(hex: string): string {
  const bits = [...Buffer.from(hex, 'hex')].map(byte => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map(group => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group, 2)]).join('');
}

describe('the file', () => {
  test('for Entra has the header, CRLF between its lines and base32', async () => {
    const part = fresh(3);
    const delivery = await deliver(world, [part], 'entra-csv');
    await makeExports();
    const rows = told(part).map(([serial, seed]) => `,${serial},${base32(seed)},30,Example,EX-TOTP-1`);
    const lines = ['upn,serial number,secret key,time interval,manufacturer,model', ...rows];
    expect((await fetchExport(world, delivery)).text).toBe(lines.join('\r\n'));
  });

  test('in PSKC holds each serial with its seed', async () => {
    const part = fresh(3);
    const delivery = await deliver(world, [part], 'pskc');
    await makeExports();
    const { text } = await fetchExport(world, delivery);
    const keys = text.split('<pskc:KeyPackage>').slice(1);
    expect(
      keys.map(key => [
        /<pskc:SerialNo>(\d+)</.exec(key)?.[1],
        Buffer.from(/<pskc:Secret>\s*<pskc:PlainValue>([^<]+)</.exec(key)?.[1] ?? '', 'base64').toString(
          'hex',
        ),
      ]),
    ).toEqual(told(part));
  });

  test('of more rows than a chunk holds is whole', async () => {
    const part = fresh(2000);
    const delivery = await deliver(world, [part]);
    await makeExports();
    expect((await fetchExport(world, delivery)).text).toBe(hexRows(part));
  });
});

describe('another export', () => {
  test('takes the place of the one before it, whose key is to be erased', async () => {
    const part = fresh(3);
    const delivery = await deliver(world, [part]);
    await makeExports();
    const { file: former } = await fetchExport(world, delivery);
    await wantAgain(world, delivery, 'entra-csv');
    await makeExports();
    const { file, text } = await fetchExport(world, delivery);
    expect(text).toContain(base32(told(part)[0]?.[1] ?? ''));
    expect(file).toMatchObject({ version: 2, request: 2, format: 'entra-csv', replaced: false });
    expect((await exportsOf(world, delivery)).map(({ replaced }) => replaced)).toEqual([true, false]);
    const { rows } = await world.database.pool.query(
      'select reason, lot_id as lot, key_id as "keyId" from shreds join shred_files on shred_id = id where file_id = $1',
      [former.file],
    );
    expect(rows).toEqual([{ reason: 'file_replaced', lot: null, keyId: former.keyId }]);
    const types = (await recordsOf(delivery)).map(({ type, file: of }) => [type, of]);
    expect(types).toEqual([
      ['file.made', former.file],
      ['file.replaced', former.file],
      ['file.made', file.file],
    ]);
  });

  test('is not made until it is asked for', async () => {
    const delivery = await deliver(world, [fresh(1)]);
    await makeExports();
    expect(await deliveriesToExport(world.ledger)).not.toContain(delivery);
    const look = workers.export.look({ delivery }, new AbortController().signal);
    await expect(look).rejects.toMatchObject({ code: 'delivery_not_due' });
    expect(await exportsOf(world, delivery)).toHaveLength(1);
  });
});

test('two exporters at once make one export', async () => {
  const delivery = await deliver(world, [fresh(5)]);
  const others = await soundWorkers(world);
  await Promise.all([makeExports(), lookAround(others.exporter.ledger, others.export)]);
  expect(await exportsOf(world, delivery)).toHaveLength(1);
  await expectNoLeftovers(world);
});

test('a cancelled delivery gets no export', async () => {
  const delivery = await deliver(world, [fresh(1)]);
  await cancelDelivery(world, delivery);
  expect(await deliveriesToExport(world.ledger)).not.toContain(delivery);
  const look = workers.export.look({ delivery }, new AbortController().signal);
  await expect(look).rejects.toMatchObject({ code: 'delivery_not_due' });
});

describe('serials of a delivery', () => {
  /** The ledger says so; their pads may still be there. */
  async function move(part: Part, axis: 'seed' | 'custody', to: 'shredding' | 'void'): Promise<void> {
    await world.ledger.commit(world.ops, async effect => {
      const { space, numbers } = await lockLot(effect, part.lot);
      const first = numbers.first + BigInt(part.first);
      const range = { first, after: first + BigInt(part.after - part.first) };
      await moveSerials(effect, { space, ranges: [range] }, { axis, to } as Parameters<
        typeof moveSerials
      >[2]);
    });
  }

  test.each([
    ['shredded', 'seed', 'shredding'],
    ['void', 'custody', 'void'],
  ] as const)('that are %s are not in its export', async (_, axis, to) => {
    const [first, gone, last] = [fresh(2), fresh(2), fresh(2)];
    const delivery = await deliver(world, [first, gone, last]);
    await move(gone, axis, to);
    await makeExports();
    expect((await fetchExport(world, delivery)).text).toBe(hexRows(first, last));
  });

  test('that are all shredded make no export', async () => {
    const part = fresh(2);
    const delivery = await deliver(world, [part]);
    await move(part, 'seed', 'shredding');
    expect(await makeExports()).toBe(0);
    await expect(exportDelivery(workers.exporter, delivery, never)).rejects.toMatchObject({
      code: 'seeds_shredded',
    });
    expect(await failureOf(delivery)).toBeUndefined();
    expect(await exportsOf(world, delivery)).toEqual([]);
    await world.database.pool.query(`update deliveries set state = 'cancelled' where id = $1`, [delivery]);
  });
});

describe('a customer', () => {
  afterEach(() => replaceCustomerKey(world, world.customerKey.toPublic().armor()));

  test('whose key was replaced gets the next export under the new one', async () => {
    const part = fresh(2);
    const delivery = await deliver(world, [part]);
    const key = await makeKey('Customer with another key');
    await replaceCustomerKey(world, key.toPublic().armor());
    await makeExports();
    const { text } = await fetchExport(world, delivery, key);
    expect(text).toBe(hexRows(part));
    await expect(fetchExport(world, delivery)).rejects.toThrow();
  });

  test('whose key has expired gets an export once there is another', async () => {
    const part = fresh(2);
    const delivery = await deliver(world, [part]);
    const made = new Date(Date.now() - 7_200_000);
    const { publicKey } = await generateKey({
      userIDs: [{ name: 'Customer of yesterday' }],
      date: made,
      keyExpirationTime: 3600,
      type: 'ecc',
      curve: 'curve25519Legacy',
    });
    await replaceCustomerKey(world, publicKey, new Date(made.getTime() + 1000));
    await expect(makeExports()).rejects.toMatchObject({ code: 'pgp_key_expired' });
    expect(await failureOf(delivery)).toBe('pgp_key_expired');
    expect(await exportsOf(world, delivery)).toEqual([]);
    await replaceCustomerKey(world, world.customerKey.toPublic().armor());
    await letLeasesEnd(world);
    await makeExports();
    expect((await fetchExport(world, delivery)).text).toBe(hexRows(part));
  });
});
