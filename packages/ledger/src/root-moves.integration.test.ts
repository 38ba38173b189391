import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  assertRootsMoved,
  beginRootMove,
  completeRootMove,
  latestRootMove,
  noteMovedRoot,
  UsedNumbers,
} from './index.ts';
import { createTestLedger, type TestLedger } from './testing.ts';

let world: TestLedger;
beforeAll(async () => {
  world = await createTestLedger();
});
afterAll(() => world.drop());

const slot = (address: string) => ({ address, adapter: 'file' });
const begin = (from: string, to: string) =>
  world
    .as('seedlot_shredder')
    .commit('service:shredder', effect => beginRootMove(effect, 'seeds', slot(from), slot(to)));
const recorded = async () => {
  const { rows } = await world.database.pool.query<{ type: string }>(
    `select type from records where type like 'root-move.%' order by seq`,
  );
  return rows.map(row => row.type);
};
const startOn = (seeds: string) => assertRootsMoved(world.ledger, { seeds, files: 'elsewhere' });
const refused = (code: string) => expect.objectContaining({ code });

describe('a move of roots', () => {
  test('that has changed no root is given up for another, and stops nothing', async () => {
    await begin('a', 'b');
    await startOn('a');
    const next = await begin('a', 'c');
    expect(await latestRootMove(world.ledger, 'seeds')).toEqual(next);
    expect(await recorded()).toEqual(['root-move.begun', 'root-move.abandoned', 'root-move.begun']);
  });

  test('that has changed the root must be ended, as itself, before anything else', async () => {
    const move = await begin('a', 'c');
    const shredder = world.as('seedlot_shredder');
    await shredder.commit('service:shredder', effect => noteMovedRoot(effect, move, { from: 1, to: 2 }));
    for (const address of ['a', 'b', 'c'])
      await expect(startOn(address)).rejects.toEqual(refused('root_move_unfinished'));
    await expect(begin('a', 'd')).rejects.toEqual(refused('root_move_unfinished'));
    const moved = await latestRootMove(world.ledger, 'seeds');
    expect(moved).toMatchObject({ id: move.id, root: { from: 1, to: 2 }, completed: false });
    for (let time = 0; time < 2; time++) {
      await shredder.commit('service:shredder', effect =>
        completeRootMove(effect, { ...move, root: { from: 1, to: 2 } }),
      );
    }
    expect((await recorded()).filter(type => type === 'root-move.completed')).toHaveLength(1);
  });

  test('that is complete refuses the slot that it left, and no other', async () => {
    await expect(startOn('a')).rejects.toEqual(refused('root_slot_moved'));
    await startOn('c');
    await startOn('a mirror of c and d');
  });

  test('is never given a number again that the published log has named', async () => {
    const used = new UsedNumbers();
    used.note({ rootMove: 'root-move-000041', ring: 'seeds' });
    await world.ledger.commit('service:recovery', effect => used.skip(effect));
    expect((await begin('c', 'd')).id).toBe('root-move-000042');
  });
});
