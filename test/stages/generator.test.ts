import { PAGE_SIZE } from '@seedlot/domain';
import { claimRun, lotsToGenerate, type PageRun, RUN_PAGES, releaseRun, showLot } from '@seedlot/ledger';
import { generateLot } from '@seedlot/seed-generator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { drain } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;
const generator = 'service:seed-generator';
const QUANTITY = PAGE_SIZE * RUN_PAGES + 1;

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

/** A lot of two runs that has begun, its first run claimed by somebody. */
async function claimedLot(): Promise<{ lot: string; claim: PageRun }> {
  const { lot } = await place(world, QUANTITY);
  const stop = AbortSignal.abort(new Error('the process ends'));
  await expect(generateLot(workers.generator, lot, stop)).rejects.toThrow('the process ends');
  const claim = await workers.generator.ledger.commit(generator, effect => claimRun(effect, lot, 'somebody'));
  if (claim === null) throw new Error('no run was free');
  return { lot, claim };
}

const runs = async (lot: string) => {
  const { rows } = await world.database.pool.query<{ run: number; done: boolean }>(
    'select run, done_at is not null as done from generation_runs where lot_id = $1 order by run',
    [lot],
  );
  return rows;
};

test('a process that is told to stop gives its run back at once', async () => {
  const { claim } = await claimedLot();
  expect(claim.run).toBe(0);
});

test('a run that another makes is left to it, and the lot is not due for it', async () => {
  const { lot, claim } = await claimedLot();
  await generateLot(workers.generator, lot, never);
  expect(await runs(lot)).toEqual([
    { run: 0, done: false },
    { run: 1, done: true },
  ]);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'generating', pagesDone: 1 });
  expect(await lotsToGenerate(world.ledger)).not.toContain(lot);
  await workers.generator.ledger.commit(generator, effect => releaseRun(effect, claim, 'somebody else'));
  expect(await lotsToGenerate(world.ledger)).not.toContain(lot);
  await workers.generator.ledger.commit(generator, effect => releaseRun(effect, claim, 'somebody'));
  expect(await lotsToGenerate(world.ledger)).toContain(lot);
});

test('a run whose worker is overdue is made by the next', async () => {
  const { lot } = await claimedLot();
  await letLeasesEnd(world);
  await drain(workers);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'dispatched', pagesDone: RUN_PAGES + 1 });
  await expectClaimsTrue(world, lot);
});

test('a lot whose pages are all made but which nobody sealed is due', async () => {
  const { lot } = await place(world, 3);
  await generateLot(workers.generator, lot, never);
  await world.database.pool.query(`update lots set state = 'generating', sealed_at = null where id = $1`, [
    lot,
  ]);
  expect(await lotsToGenerate(world.ledger)).toContain(lot);
});
