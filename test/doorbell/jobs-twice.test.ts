import { PAGE_SIZE } from '@seedlot/domain';
import { LedgerError, RUN_PAGES, showLot } from '@seedlot/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished, recordsOf } from '../world/published-log.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

/** Two runs of pages, so that two workers share the lot. */
const QUANTITY = PAGE_SIZE * RUN_PAGES + 1;

let world: World;
let processes: [Workers, Workers];
beforeAll(async () => {
  world = await createWorld();
  processes = [await soundWorkers(world), await soundWorkers(world)];
  await world.database.pool.query(`
    create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'a page that was stored is changed'; end $$;
    create trigger never_again before update on seeds_ring.pages execute function refuse()`);
});
afterAll(() => world.end());

type Job = (workers: Workers, lot: string) => Promise<void>;

const JOBS: readonly Job[] = [
  ({ generate }, lot) => generate.look({ lot, lane: 0 }, never),
  ({ publish }) => publish.look({}, never),
  ({ dispatch }, lot) => dispatch.look({ lot }, never),
  ({ publish }) => publish.look({}, never),
];

const shred: Job = ({ shred: stage }) => stage.look({}, never);

/** That nothing was to be done is no failure of a job. */
async function look(job: Job, workers: Workers, lot: string): Promise<void> {
  await job(workers, lot).catch(fault => {
    if (!(fault instanceof LedgerError && fault.code === 'lot_not_due')) throw fault;
  });
}

const WAYS = {
  'one after the other': async (job: Job, lot: string) => {
    for (const workers of processes) await look(job, workers, lot);
  },
  'at the same time': async (job: Job, lot: string) => {
    await Promise.all(processes.map(workers => look(job, workers, lot)));
  },
};

describe.each(Object.entries(WAYS))('each job twice, %s,', (_, twice) => {
  test('makes every page, the file and every record once', async () => {
    const { order, lot } = await place(world, QUANTITY);
    for (const job of JOBS) await twice(job, lot);
    expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'dispatched' });
    await expectClaimsTrue(world, lot);
    await expectLogPublished(world);
    await expectNoLeftovers(world);
    await cancel(world, order);
    for (const job of [shred, JOBS[1] ?? shred]) await twice(job, lot);
    expect((await recordsOf(world, lot)).filter(({ type }) => type.startsWith('shred.'))).toHaveLength(2);
    await expectClaimsTrue(world, lot);
    await expectNoLeftovers(world);
  });
});
