import type { ExportFormat, Product } from '@seedlot/domain';
import { addProduct, createDelivery, placeOrder, requestExport, showDelivery } from '@seedlot/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { burnLot, exportsOf, fetchExport } from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { storeWith } from '../world/store-with.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, PRODUCT, type World } from '../world/world.ts';

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

const QUANTITY = 3;

/** A burned lot of this product, and the run of its serials. */
async function burned(product: Product) {
  const lot = await world.ledger.commit(world.ops, async effect => {
    await addProduct(effect, product);
    const order = { product: product.product, quantity: QUANTITY, factory: 'acme', nonProduction: false };
    return (await placeOrder(effect, order)).lot;
  });
  await drain(workers);
  await burnLot(world, lot);
  const { prefix, width } = product.serial;
  const { rows } = await world.database.pool.query<{ first: bigint; stem: string }>(
    'select lower(numbers) as first, stem from lots join serial_spaces s on s.id = space_id where lots.id = $1',
    [lot],
  );
  const [{ first, stem } = { first: 0n, stem: '' }] = rows;
  const print = (number: bigint) => stem + String(number).padStart(prefix.length + width - stem.length, '0');
  return { first: print(first), last: print(first + BigInt(QUANTITY) - 1n) };
}

const create = (serials: { first: string; last: string }, format: ExportFormat) =>
  workers.api.commit(world.ops, effect =>
    createDelivery(effect, { customer: 'globex', format, serials: [serials] }),
  );

const ask = (delivery: string, format: ExportFormat) =>
  workers.api.commit(world.ops, effect => requestExport(effect, delivery, format));

/** Everything that a refusal must leave as it is. */
async function traces(): Promise<unknown> {
  const { rows } = await world.database.pool.query(
    `select (select count(*) from deliveries) as deliveries, (select count(*) from delivery_serials) as serials,
       (select count(*) from records) as records, (select count(*) from file_attempts) as attempts,
       (select sum(exports_wanted) from deliveries) as wanted,
       (select count(*) from serial_states where custody = 'burned') as burned`,
  );
  return rows[0];
}

async function expectRefused(work: Promise<unknown>, works: string): Promise<void> {
  await expect(work).rejects.toMatchObject({
    code: 'format_cannot_express',
    message: expect.stringMatching(new RegExp(`\\. This would work: ${works}$`)),
  });
}

/** An exporter whose store counts what is put into it. */
function watchedExporter() {
  const { objects, ...ports } = plainPorts(world);
  let puts = 0;
  const watched = storeWith(objects, {
    put: (name, source, options) => {
      puts += 1;
      return objects.put(name, source, options);
    },
  });
  const { exporter, export: stage } = workersOn({ ...ports, objects: watched });
  return { look: () => lookAround(exporter.ledger, stage), puts: () => puts };
}

describe.each([
  ['SHA-256', { oath: { type: 'totp', hash: 'sha256', digits: 6, period: 30 } }, 'hex-csv, pskc'],
  ['HOTP', { oath: { type: 'hotp', hash: 'sha1', digits: 6 } }, 'hex-csv, pskc'],
  ['a serial like a formula', { serial: { prefix: '-A', width: 6 } }, 'pskc'],
] as const)('%s in an Entra CSV', (what, change, works) => {
  const product: Product = { ...PRODUCT, ...change, product: what.toLowerCase().replaceAll(' ', '-') };
  let serials: { first: string; last: string };
  beforeAll(async () => {
    serials = await burned(product);
  });

  test('is refused to whoever creates the delivery, or asks for another export of it', async () => {
    const before = await traces();
    await expectRefused(create(serials, 'entra-csv'), works);
    expect(await traces()).toEqual(before);
    const { delivery } = await create(serials, 'pskc');
    await drain(workers);
    const made = await traces();
    await expectRefused(ask(delivery, 'entra-csv'), works);
    expect(await traces()).toEqual(made);
    expect((await fetchExport(world, delivery)).text).toContain(`<pskc:SerialNo>${serials.last}<`);

    await wantBehindTheLedger(delivery);
  });

  /** Whatever let the request in: the exporter stores not one byte of such a file, and goes on when it can be made. */
  async function wantBehindTheLedger(delivery: string): Promise<void> {
    await world.database.pool.query(
      `update deliveries set format = 'entra-csv', exports_wanted = exports_wanted + 1 where id = $1`,
      [delivery],
    );
    const { look, puts } = watchedExporter();
    await expectRefused(look(), works);
    expect(puts()).toBe(0);
    expect(await exportsOf(world, delivery)).toHaveLength(1);
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({
      failure: { step: 'export', code: 'format_cannot_express' },
    });
    await ask(delivery, 'pskc');
    await letLeasesEnd(world);
    await drain(workers);
    expect((await exportsOf(world, delivery)).at(-1)).toMatchObject({ format: 'pskc', request: 3 });
    await expectNoLeftovers(world);
  }
});
