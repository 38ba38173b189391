import { abandonImpossible, intendShreds, remakeFactoryFile, requestShred, showLot } from '@seedlot/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { burnLot } from '../world/deliveries.ts';
import { drain } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { recordsOf } from '../world/published-log.ts';
import { askForShred, stateOf } from '../world/serial-shreds.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

let world: World;
let workers: Workers;
let lot: string;
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
  ({ lot } = await place(world, 4));
  await drain(workers);
});
afterEach(() => world.end());

const types = async () => (await recordsOf(world, lot)).map(({ type }) => type);

test('a factory file asked for again takes the place of the old one in one commit, whose key then goes', async () => {
  const old = await fetchDelivery(world, lot);
  await workers.api.commit(world.ops, effect => remakeFactoryFile(effect, lot));
  expect((await fetchDelivery(world, lot)).file).toBe(old.file);
  await drain(workers);
  const made = await fetchDelivery(world, lot);
  expect(made.file).not.toBe(old.file);
  expect(made.seeds).toEqual(old.seeds);
  expect((await types()).filter(type => /^file\./.test(type))).toEqual([
    'file.made',
    'file.requested',
    'file.replaced',
    'file.made',
  ]);
  const { rows } = await world.database.pool.query(
    'select id, dropped_at is not null as dropped from files where lot_id = $1 order by version',
    [lot],
  );
  expect(rows).toEqual([
    { id: old.file, dropped: true },
    { id: made.file, dropped: false },
  ]);
  await expectNoLeftovers(world);
});

test('a produced lot is closed, on the record, by the shred of the last of its seeds and not before', async () => {
  await burnLot(world, lot);
  await askForShred(world, workers, lot, [[0, 2]]);
  await drain(workers);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'produced' });
  await askForShred(world, workers, lot, [[3, 3]]);
  await drain(workers);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'closed' });
  expect((await types()).filter(type => type === 'lot.closed')).toHaveLength(1);
});

test('a shred whose serials another has taken is given up on the record, and nothing is stuck', async () => {
  const one = await askForShred(world, workers, lot, [[1, 1]]);
  await drain(workers);
  const { shred } = await workers.api.commit(world.ops, effect => requestShred(effect, { lot }));
  await world.database.pool.query(
    `insert into shred_serials (shred_id, lot_id, space_id, numbers)
     select $1, lot_id, space_id, numbers from shred_serials where shred_id = $2`,
    [shred, one],
  );
  const given = await workers.shredder.ledger.commit('service:shredder', async effect => {
    await intendShreds(effect);
    return abandonImpossible(effect);
  });
  expect(given).toEqual([shred]);
  expect(await stateOf(world, shred)).toBe('abandoned');
  expect((await types()).at(-1)).toBe('shred.abandoned');
  expect((await showLot(world.ledger, lot)).seeds).toEqual({ living: 3, shredded: 1 });
  await askForShred(world, workers, lot, [[2, 2]]);
  await drain(workers);
  expect((await showLot(world.ledger, lot)).seeds).toEqual({ living: 2, shredded: 2 });
});
