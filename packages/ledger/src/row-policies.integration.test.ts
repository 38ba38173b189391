import { randomUUID } from 'node:crypto';
import type { ServiceRole } from '@seedlot/database';
import canonicalize from 'canonicalize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addFirstAdmin, callerOf, grantLease, placeOrder, renewLease } from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';

let world: TestLedger;
let lot: string;

beforeAll(async () => {
  world = await createTestLedger();
  const ops = await furnish(world.ledger);
  await world.database.pool.query('insert into seeds_ring.ring (epoch) values (1)');
  await world.database.pool.query('insert into files_ring.ring (epoch) values (1)');
  ({ lot } = await world.ledger.commit(ops, effect =>
    placeOrder(effect, { product: 'ex-totp-1', quantity: 5, factory: 'acme', nonProduction: false }),
  ));
});

afterAll(() => world.drop());

const as = (role: ServiceRole) => world.as(role).sql;
const denied = expect.objectContaining({ code: '42501' });

/** Tries to write a record of `type` in the name of `actor`, as a service that was taken over would. */
function forge(role: ServiceRole, type: string, actor: string, more: object = {}): Promise<unknown> {
  const line = Buffer.from(canonicalize({ v: 1, id: randomUUID(), type, actor, lot }) ?? '');
  return as(role)
    .insertInto('records')
    .values({ id: randomUUID(), type, lot_id: lot, line, ...more })
    .execute();
}

describe('a record', () => {
  test.each([
    ['seedlot_api', 'shred.completed', 'service:shredder'],
    ['seedlot_api', 'shred.completed', 'service:api'],
    ['seedlot_api', 'order.cancelled', 'service:shredder'],
    ['seedlot_generator', 'lot.sealed', 'staff-000001'],
    ['seedlot_generator', 'file.made', 'service:seed-generator'],
    ['seedlot_dispatcher', 'receipt.accepted', 'service:factory-dispatcher'],
    ['seedlot_shredder', 'order.placed', 'service:shredder'],
  ] as const)('%s cannot write %s in the name of %s', async (role, type, actor) => {
    await expect(forge(role, type, actor)).rejects.toThrow(denied);
  });

  test('nobody who writes records numbers or publishes them', async () => {
    await expect(forge('seedlot_api', 'order.cancelled', 'staff-000001', { number: 99n })).rejects.toThrow(
      denied,
    );
    await expect(
      forge('seedlot_api', 'order.cancelled', 'staff-000001', { published_at: new Date() }),
    ).rejects.toThrow(denied);
    await expect(
      as('seedlot_notary').updateTable('records').set({ published_at: new Date() }).execute(),
    ).rejects.toThrow(expect.objectContaining({ code: '23514' }));
  });

  test('the columns cannot say another thing than the line', async () => {
    const line = Buffer.from(canonicalize({ type: 'order.cancelled', actor: 'staff-000001', lot }) ?? '');
    const write = (columns: { type: string; lot_id: string | null }) =>
      as('seedlot_api')
        .insertInto('records')
        .values({ id: randomUUID(), line, ...columns })
        .execute();
    const contradiction = expect.objectContaining({ code: '23514' });
    await expect(write({ type: 'order.placed', lot_id: lot })).rejects.toThrow(contradiction);
    await expect(write({ type: 'order.cancelled', lot_id: null })).rejects.toThrow(contradiction);
  });
});

describe('a lease', () => {
  const grant = (role: ServiceRole, ring: 'seeds' | 'files') =>
    world
      .as(role)
      .commit('service:api', effect => grantLease(effect, { ring, lots: [lot], epoch: 1, holder: 'test' }));

  test('of one ring is beyond the services of the other', async () => {
    const lease = await grant('seedlot_dispatcher', 'seeds');
    await as('seedlot_api').deleteFrom('leases').where('id', '=', lease.id).execute();
    expect(await as('seedlot_shredder').selectFrom('leases').select('id').execute()).toEqual([
      { id: lease.id },
    ]);
    await expect(grant('seedlot_api', 'seeds')).rejects.toThrow(denied);
    await expect(grant('seedlot_generator', 'files')).rejects.toThrow(denied);
  });

  test('cannot be made to last', async () => {
    const { id } = await grant('seedlot_api', 'files');
    const stretch = as('seedlot_api')
      .updateTable('leases')
      .set({ ends_at: new Date('9999-01-01') })
      .where('id', '=', id)
      .execute();
    await expect(stretch).rejects.toThrow(denied);
  });

  test('of a lot whose shred has begun never enters the epoch after it', async () => {
    const lease = await grant('seedlot_dispatcher', 'seeds');
    await world.database.pool.query(
      `insert into shreds (id, lot_id, reason) values ('shred-000001', $1, 'order_cancelled')`,
      [lot],
    );
    await world.database.pool.query(
      `insert into shred_serials select 'shred-000001', id, space_id, numbers from lots where id = $1`,
      [lot],
    );
    await world.database.pool.query('update seeds_ring.ring set epoch = 2');
    const renewal = world.as('seedlot_dispatcher').commit('service:api', effect => renewLease(effect, lease));
    await expect(renewal).rejects.toThrow(expect.objectContaining({ code: 'lease_refused' }));
    const { rows } = await world.database.pool.query('select epoch from leases where id = $1', [lease.id]);
    expect(rows).toEqual([{ epoch: 1n }]);
  });
});

test('the API can pin a key and never swap one', async () => {
  const swap = as('seedlot_api')
    .updateTable('recipient_keys')
    .set({ public_key: 'the attacker’s' })
    .execute();
  await expect(swap).rejects.toThrow(denied);
});

test('a person’s name is for the API alone', async () => {
  for (const role of [
    'seedlot_generator',
    'seedlot_dispatcher',
    'seedlot_shredder',
    'seedlot_notary',
  ] as const) {
    await expect(as(role).selectFrom('actors').select('name').execute()).rejects.toThrow(denied);
  }
});

test('the first admin’s token is issued anew until somebody has entered with one', async () => {
  const fresh = await createTestLedger();
  try {
    const api = fresh.as('seedlot_api');
    const start = () => api.commit('service:api', addFirstAdmin);
    const lost = await start();
    const printed = await start();
    expect(printed?.staff).toBe(lost?.staff);
    expect(await callerOf(api, lost?.token ?? '')).toBeNull();
    expect(await callerOf(api, printed?.token ?? '')).toMatchObject({ actor: printed?.staff, role: 'admin' });
    expect(await start()).toBeNull();
    expect(await callerOf(api, printed?.token ?? '')).not.toBeNull();
  } finally {
    await fresh.drop();
  }
});
