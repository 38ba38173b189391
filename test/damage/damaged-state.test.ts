import { addFactory, cancelOrder, placeOrder, showLot } from '@seedlot/ledger';
import { readRecipientKey } from '@seedlot/openpgp';
import { generateKey } from 'openpgp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

let world: World;
let workers: Workers;

beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterEach(() => world.end());

const dispatch = () => lookAround(workers.dispatcher.ledger, workers.dispatch).catch(fault => fault);

async function anyKey() {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name: 'Somebody' }],
    format: 'object',
  });
  return readRecipientKey(privateKey.toPublic().armor(), { mustSign: true, now: new Date() });
}

test('a factory’s key that was swapped in the database gets no seed, and the lot says why', async () => {
  const { lot } = await place(world, 5);
  await lookAround(workers.generator.ledger, workers.generate);
  const { armored } = await anyKey();
  await world.database.pool.query('update recipient_keys set public_key = $1', [armored]);
  await dispatch();
  const { state, file, failure } = await showLot(world.ledger, lot);
  expect({ state, file }).toEqual({ state: 'sealed', file: null });
  expect(failure).toMatchObject({ step: 'dispatch', code: 'recipient_key_changed', attempts: 1 });
  expect(await Array.fromAsync(world.objects.list('files/'))).toEqual([]);
});

test('a sealed lot that has lost its keys is a failure that people see, and backs off', async () => {
  const { lot } = await place(world, 5);
  await lookAround(workers.generator.ledger, workers.generate);
  await world.database.pool.query('delete from seeds_ring.lot_keys where lot_id = $1', [lot]);
  await dispatch();
  expect((await showLot(world.ledger, lot)).failure).toMatchObject({
    step: 'dispatch',
    code: 'lot_keys_missing',
  });
  expect(await workers.dispatch.due()).toEqual([]);
});

test('a leftover that cannot be deleted keeps neither another leftover nor a lot', async () => {
  const [stuck, gone] = [await place(world, 5), await place(world, 5)];
  await drain(workers);
  const names = (await Array.fromAsync(world.objects.list('files/'))).filter(name =>
    name.includes(stuck.lot),
  );
  const harmed = workersOn({
    ...plainPorts(world),
    objects: new Proxy(world.objects, {
      get: (store, member) =>
        member === 'delete'
          ? async (name: string) => {
              if (names.includes(name)) throw new Error('something foreign lies here');
              await store.delete(name);
            }
          : Reflect.get(store, member).bind(store),
    }),
  });
  for (const { order } of [stuck, gone]) {
    await world.ledger.commit(world.ops, effect => cancelOrder(effect, order));
  }
  await lookAround(harmed.shredder.ledger, harmed.shred).catch(() => undefined);
  expect((await showLot(world.ledger, stuck.lot)).seeds).toEqual({ shredded: 5 });
  expect(await Array.fromAsync(world.objects.list('files/'))).toEqual(names);

  const { lot } = await place(world, 5);
  await lookAround(harmed.generator.ledger, harmed.generate);
  await lookAround(harmed.dispatcher.ledger, harmed.dispatch).catch(() => undefined);
  expect((await showLot(world.ledger, lot)).state).toBe('dispatched');
});

test('a key that expires between intake and the day of use gets no seed', async () => {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name: 'Short-lived' }],
    keyExpirationTime: 60,
    date: new Date(Date.now() - 3_600_000),
    format: 'object',
  });
  const publicKey = privateKey.toPublic().armor();
  const fingerprint = privateKey.getFingerprint().toUpperCase();
  const { lot } = await world.ledger.commit(world.ops, async effect => {
    const key = { publicKey, fingerprint, expiresAt: null };
    await addFactory(effect, { factory: 'late', seedEncoding: 'hex', key });
    return placeOrder(effect, { product: 'ex-totp-1', quantity: 5, factory: 'late', nonProduction: false });
  });
  await lookAround(workers.generator.ledger, workers.generate);
  await dispatch();
  const { state, failure } = await showLot(world.ledger, lot);
  expect(state).toBe('sealed');
  expect(failure?.code).toBe('pgp_key_expired');
});
