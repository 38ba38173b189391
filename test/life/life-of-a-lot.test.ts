import { PAGE_SIZE } from '@seedlot/domain';
import { addFactory, beginDownload, currentFile, placeOrder, recordReceipt, showLot } from '@seedlot/ledger';
import { readRecipientKey } from '@seedlot/openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished, recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, PRODUCT, place, type World } from '../world/world.ts';

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

/** Where a lot and all of its serials stand. */
async function standing(lot: string) {
  const { state, custody, seeds } = await showLot(world.ledger, lot);
  return { state, custody, seeds };
}

/** As the API does when a factory begins to download. */
async function download(lot: string): Promise<void> {
  await workers.api.commit('factory:acme', async effect =>
    beginDownload(effect, await currentFile(effect, lot), 0),
  );
}

test('a lot lives from the order to the receipt, each step in its place and with its record', async () => {
  const quantity = 10;
  const { lot } = await place(world, quantity);
  expect(await standing(lot)).toEqual({
    state: 'ordered',
    custody: { reserved: quantity },
    seeds: { none: quantity },
  });

  await lookAround(workers.generator.ledger, workers.generate);
  expect(await standing(lot)).toEqual({
    state: 'sealed',
    custody: { reserved: quantity },
    seeds: { living: quantity },
  });

  await lookAround(workers.dispatcher.ledger, workers.dispatch);
  expect(await standing(lot)).toEqual({
    state: 'dispatched',
    custody: { dispatched: quantity },
    seeds: { living: quantity },
  });
  await expect(download(lot)).rejects.toMatchObject({ name: 'LedgerError', code: 'records_unpublished' });

  await lookAround(workers.notary.ledger, workers.publish);
  const { receipt } = await fetchDelivery(world, lot);
  const hand = () => workers.api.commit('factory:acme', effect => recordReceipt(effect, lot, receipt));
  await expect(hand()).rejects.toMatchObject({ code: 'receipt_not_due' });
  await download(lot);
  expect(await hand()).toEqual({ verdict: 'accepted' });
  expect(await standing(lot)).toMatchObject({ state: 'received', custody: { dispatched: quantity } });
  await expect(hand()).rejects.toMatchObject({ code: 'receipt_not_due' });

  await lookAround(workers.notary.ledger, workers.publish);
  expect((await recordsOf(world, lot)).map(({ type }) => type)).toEqual([
    'order.placed',
    'lot.generating',
    'lot.sealed',
    'file.made',
    'file.downloaded',
    'receipt.accepted',
  ]);
  await expectClaimsTrue(world, lot);
  await expectLogPublished(world);
  await expectNoLeftovers(world);
});

describe.each([1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE])('a lot of %i', quantity => {
  test('comes with every serial of its block once, and every seed once', async () => {
    const { lot } = await place(world, quantity);
    await drain(workers);
    await expectClaimsTrue(world, lot);
    const { seeds } = await fetchDelivery(world, lot);
    expect(new Set(seeds.values()).size).toBe(quantity);
    expect([...seeds.values()].filter(seed => !/^[0-9a-f]{40}$/.test(seed))).toEqual([]);
    expect(await openSeeds(world, lot)).toEqual(seeds);
  });
});

test('a factory that wants base32 gets it, and the same seeds as the pages hold', async () => {
  const { fingerprint, armored } = await readRecipientKey(world.factoryKey.toPublic().armor(), {
    mustSign: true,
    now: new Date(),
  });
  const { lot } = await world.ledger.commit(world.ops, async effect => {
    const key = { fingerprint, publicKey: armored, expiresAt: null };
    await addFactory(effect, { factory: 'bolt', seedEncoding: 'base32', key });
    return placeOrder(effect, {
      product: PRODUCT.product,
      quantity: 7,
      factory: 'bolt',
      nonProduction: true,
    });
  });
  await drain(workers);
  const { seeds } = await fetchDelivery(world, lot);
  expect(seeds.size).toBe(7);
  expect(await openSeeds(world, lot)).toEqual(seeds);
});

test('two lots share no seed', async () => {
  const lots = [await place(world, 500), await place(world, 500)];
  await drain(workers);
  const seeds = await Promise.all(
    lots.map(async ({ lot }) => [...(await fetchDelivery(world, lot)).seeds.values()]),
  );
  expect(new Set(seeds.flat()).size).toBe(1000);
});
