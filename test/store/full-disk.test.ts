import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { showLot } from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { storeWith } from '../world/store-with.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const PROGRAM = fileURLToPath(new URL('dispatching-process.ts', import.meta.url));
const QUANTITY = 5000;

let world: World;
let workers: Workers;
let lot: string;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
beforeEach(async () => {
  lot = (await place(world, QUANTITY)).lot;
  await lookAround(workers.generator.ledger, workers.generate);
});
afterAll(() => world.end());

/** Dispatches in a process that may write no file longer than so many blocks of 1,024 bytes. */
async function dispatchWithin(blocks: number): Promise<string> {
  const child = spawn('bash', ['-c', `ulimit -f ${blocks}; exec "$0" "$1"`, process.execPath, PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const slots = { seeds: join(world.folder, 'slots', 'seeds'), files: join(world.folder, 'slots', 'files') };
  const objects = join(world.folder, 'objects');
  child.stdin.end(JSON.stringify({ url: world.database.url, objects, slots, lot }));
  return text(child.stdout);
}

/** The lot is as it was, its attempt closed, and nothing lies in the store. */
async function expectUntouched(): Promise<void> {
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'sealed', file: null });
  const { rows } = await world.database.pool.query(
    'select state, object_deleted_at is not null as deleted from file_attempts where lot_id = $1',
    [lot],
  );
  expect(rows).toEqual([{ state: 'closed', deleted: true }]);
  expect(await Array.fromAsync(world.objects.list(`files/${lot}/`))).toEqual([]);
}

async function expectCompletion(): Promise<void> {
  await letLeasesEnd(world);
  await drain(workers);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'dispatched', failure: null });
  await expectClaimsTrue(world, lot);
  await expectNoLeftovers(world);
}

test('a disk that is full in the middle of a file leaves the lot sealed, and the next attempt completes it', async () => {
  expect(await dispatchWithin(64)).toBe('store_full');
  await expectUntouched();
  expect(await dispatchWithin(4096)).toBe('dispatched');
  await expectCompletion();
});

test('whoever looks at the lot is told that the store is full', async () => {
  const { objects, ...ports } = plainPorts(world);
  const full = storeWith(objects, {
    put: async (_, source) => {
      for await (const chunk of source) if (chunk.length > 100) break;
      throw new ObjectStoreError('store_full', 'no room for more');
    },
  });
  const unlucky = workersOn({ ...ports, objects: full });
  await expect(lookAround(unlucky.dispatcher.ledger, unlucky.dispatch)).rejects.toMatchObject({
    code: 'store_full',
  });
  await expectUntouched();
  expect((await showLot(world.ledger, lot)).failure).toMatchObject({ step: 'dispatch', code: 'store_full' });
  await expectCompletion();
});
