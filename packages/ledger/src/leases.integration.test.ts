import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  assertLease,
  cancelOrder,
  closeAttempt,
  closeOverdueAttempts,
  commitFactoryFile,
  grantLease,
  hasOlderLeases,
  intendShreds,
  LEASE_SECONDS,
  type Lease,
  openAttempt,
  releaseLease,
  renewAttempt,
  renewLease,
  requestShred,
  showLot,
} from './index.ts';
import { lockLot } from './lots.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';
import { openWork, sealedLot, type TestLot } from './testing-lots.ts';

let world: TestLedger;
let ops: string;
let sealed: TestLot;
beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
  for (const ring of ['seeds', 'files']) {
    await world.database.pool.query(`insert into ${ring}_ring.ring (epoch) values (1)`);
  }
});
afterAll(() => world.drop());
beforeEach(async () => {
  sealed = await sealedLot(world, ops);
});

const dispatcher = () => world.as('seedlot_dispatcher');
const code = (code: string) => expect.objectContaining({ name: 'LedgerError', code });

function grant(epoch = 1): Promise<Lease> {
  const request = { ring: 'seeds', lots: [sealed.lot], epoch, holder: 'test' } as const;
  return dispatcher().commit(ops, effect => grantLease(effect, request));
}

async function letEnd(id: string): Promise<void> {
  await world.database.pool.query(
    `update leases set ends_at = now() - interval '1 microsecond' where id = $1`,
    [id],
  );
}

async function cancel(): Promise<void> {
  await world.ledger.commit(ops, effect => cancelOrder(effect, sealed.order));
}

describe('a lease', () => {
  test('ends by the time of the database', async () => {
    const before = await world.database.pool.query<{ now: Date }>('select now()');
    const { endsAt } = await grant();
    const after = await world.database.pool.query<{ now: Date }>('select now()');
    const length = LEASE_SECONDS * 1000;
    expect(endsAt.getTime()).toBeGreaterThanOrEqual((before.rows[0]?.now.getTime() ?? NaN) + length);
    expect(endsAt.getTime()).toBeLessThanOrEqual((after.rows[0]?.now.getTime() ?? NaN) + length);
  });

  test('that is over is neither in force nor renewed, and the next grant clears it away', async () => {
    const lease = await grant();
    await letEnd(lease.id);
    for (const use of [assertLease, renewLease]) {
      await expect(dispatcher().commit(ops, async effect => void (await use(effect, lease)))).rejects.toEqual(
        code('lease_ended'),
      );
    }
    await grant();
    const { rows } = await world.database.pool.query('select from leases where id = $1', [lease.id]);
    expect(rows).toEqual([]);
  });

  test('is given back once', async () => {
    const lease = await grant();
    await dispatcher().commit(ops, effect => releaseLease(effect, lease));
    await expect(dispatcher().commit(ops, effect => assertLease(effect, lease))).rejects.toEqual(
      code('lease_ended'),
    );
  });

  test.each(['its order is cancelled', 'its shred is intended'])(
    'is neither granted nor renewed once %s',
    async when => {
      const lease = await grant();
      await cancel();
      if (when === 'its shred is intended') {
        await world.ledger.commit(ops, intendShreds);
        await world.database.pool.query(`update lots set state = 'sealed' where id = $1`, [sealed.lot]);
      }
      await expect(grant()).rejects.toEqual(code('lease_refused'));
      await expect(dispatcher().commit(ops, effect => renewLease(effect, lease))).rejects.toEqual(
        code('lease_refused'),
      );
    },
  );

  test('holds up the old root until it has ended, was given back, or was renewed into the new epoch', async () => {
    await world.database.pool.query('delete from leases');
    const older = () => hasOlderLeases(world.ledger, 'seeds', 2);
    const lease = await grant(1);
    expect(await older()).toBe(true);
    expect(await hasOlderLeases(world.ledger, 'files', 2)).toBe(false);
    await letEnd(lease.id);
    expect(await older()).toBe(false);
    const renewed = await grant(1);
    await world.database.pool.query('update seeds_ring.ring set epoch = 2');
    await dispatcher().commit(ops, effect => renewLease(effect, renewed));
    expect(await older()).toBe(false);
    await world.database.pool.query('update seeds_ring.ring set epoch = 1');
  });
});

describe('a lease on a lot of which some serials are shredded', () => {
  const take = async (mark: string) =>
    world.database.pool.query(
      `update shreds set ${mark} where id in (
      select shred_id from shred_serials where lot_id = $1)`,
      [sealed.lot],
    );
  const renew = (lease: Lease) => dispatcher().commit(ops, effect => renewLease(effect, lease));
  const askForOne = () =>
    world.as('seedlot_api').commit(ops, async effect => {
      const { firstSerial } = await showLot(effect, sealed.lot);
      return requestShred(effect, { serials: [{ first: firstSerial, last: firstSerial }] });
    });

  test('is neither granted nor renewed from the request to the last rotation', async () => {
    const lease = await grant();
    await askForOne();
    for (const mark of ['intended_at = now()', 'seeds_root_from = 1, seeds_root_to = 2']) {
      await expect(grant(2)).rejects.toEqual(code('lease_refused'));
      await expect(renew(lease)).rejects.toEqual(code('lease_refused'));
      await take(mark);
    }
    await expect(grant(2)).rejects.toEqual(code('lease_refused'));
  });

  test('is granted at the new epoch, while one from before never gets there', async () => {
    const lease = await grant(1);
    await askForOne();
    await take('intended_at = now(), seeds_root_from = 1, seeds_root_to = 2, files_dropped_at = now()');
    await world.database.pool.query('update seeds_ring.ring set epoch = 2');
    try {
      const later = await grant(2);
      await renew(later);
      await expect(renew(lease)).rejects.toEqual(code('lease_refused'));
      await take('roots_destroyed_at = now(), completed_at = now()');
      await expect(renew(lease)).rejects.toEqual(code('lease_refused'));
      await renew(later);
    } finally {
      await world.database.pool.query('update seeds_ring.ring set epoch = 1');
    }
  });

  test('goes on when the shred is given up', async () => {
    const lease = await grant(1);
    await askForOne();
    await take('abandoned_at = now()');
    await renew(lease);
  });
});

describe('the commit of a file', () => {
  const commit = async (harm: (id: { attempt: string; lease: string }) => Promise<void>) => {
    const made = await openWork(world, ops, sealed.lot);
    await harm({ attempt: made.attempt.id, lease: made.lease.id });
    return dispatcher().commit('service:factory-dispatcher', effect => commitFactoryFile(effect, made));
  };

  test('is refused after the lease', async () => {
    await expect(commit(({ lease }) => letEnd(lease))).rejects.toEqual(code('lease_ended'));
  });

  test('is refused after a puncture', async () => {
    const puncture = async () => {
      await world.database.pool.query(
        'update seeds_ring.lot_keys set frontier_version = frontier_version + 1 where lot_id = $1',
        [sealed.lot],
      );
    };
    await expect(commit(puncture)).rejects.toEqual(code('frontier_moved'));
  });

  test('is refused after the attempt was swept', async () => {
    const sweep = async ({ attempt }: { attempt: string }) => {
      await world.database.pool.query(
        `update file_attempts set lease_ends_at = now() - interval '1 microsecond' where id = $1`,
        [attempt],
      );
      await dispatcher().commit(ops, closeOverdueAttempts);
    };
    await expect(commit(sweep)).rejects.toEqual(code('attempt_closed'));
  });

  test('is refused after a cancellation', async () => {
    await expect(commit(cancel)).rejects.toEqual(code('lot_not_due'));
  });

  test('leaves nothing behind when it is refused', async () => {
    await expect(commit(({ lease }) => letEnd(lease))).rejects.toEqual(code('lease_ended'));
    const { rows } = await world.database.pool.query(
      `select from files where lot_id = $1 union all select from records where lot_id = $1 and type = 'file.made'`,
      [sealed.lot],
    );
    expect(rows).toEqual([]);
  });
});

describe('an attempt', () => {
  test('is one at a time, until its worker is overdue', async () => {
    const open = () =>
      dispatcher().commit(ops, async effect =>
        openAttempt(effect, await lockLot(effect, sealed.lot), 'test'),
      );
    const twice = await Promise.allSettled([open(), open()]);
    const [refused] = twice.filter(one => one.status === 'rejected');
    expect(refused?.reason).toEqual(code('lot_not_due'));
    const [first] = twice.filter(one => one.status === 'fulfilled').map(one => one.value);
    await world.database.pool.query(`update file_attempts set lease_ends_at = now() where lot_id = $1`, [
      sealed.lot,
    ]);
    const second = await open();
    expect(second.objectName).not.toBe(first?.objectName);
  });

  test('that is overdue is not renewed, even before it is swept', async () => {
    const { attempt } = await openWork(world, ops, sealed.lot);
    await dispatcher().commit(ops, effect => renewAttempt(effect, attempt));
    await world.database.pool.query(
      `update file_attempts set lease_ends_at = now() - interval '1 microsecond' where id = $1`,
      [attempt.id],
    );
    await expect(dispatcher().commit(ops, effect => renewAttempt(effect, attempt))).rejects.toEqual(
      code('attempt_closed'),
    );
  });

  test('that was committed cannot be closed, so that nobody deletes its object', async () => {
    const made = await openWork(world, ops, sealed.lot);
    await dispatcher().commit('service:factory-dispatcher', effect => commitFactoryFile(effect, made));
    expect(await dispatcher().commit(ops, effect => closeAttempt(effect, made.attempt))).toBe(false);
    const { rows } = await world.database.pool.query('select state from file_attempts where id = $1', [
      made.attempt.id,
    ]);
    expect(rows).toEqual([{ state: 'committed' }]);
  });
});
