import { expect, test } from 'vitest';
import {
  assertLotTransition,
  assertNoObstacle,
  CUSTODIES,
  LOT_STATES,
  SEED_STATES,
  sources,
  TRANSITIONS,
} from './transitions.ts';

test('sources read the table backwards', () => {
  for (const to of CUSTODIES) {
    expect(sources('custody', to)).toEqual(
      CUSTODIES.filter(from => (TRANSITIONS.custody[from] as readonly string[]).includes(to)),
    );
  }
  expect(sources('seed', 'shredded')).toEqual(['shredding']);
});

test('nothing leaves an end state, and no seed lives again', () => {
  for (const end of ['cancelled', 'closed', 'lost'] as const) expect(TRANSITIONS.lot[end]).toEqual([]);
  for (const from of SEED_STATES) expect(TRANSITIONS.seed[from]).not.toContain('none');
  expect(sources('seed', 'living')).toEqual(['none']);
});

test('a lot takes exactly the steps of the table', () => {
  for (const from of LOT_STATES) {
    for (const to of LOT_STATES) {
      const act = () => assertLotTransition('lot-1', from, to);
      if ((TRANSITIONS.lot[from] as readonly string[]).includes(to)) expect(act).not.toThrow();
      else expect(act).toThrow(expect.objectContaining({ code: 'transition_refused' }));
    }
  }
});

test('a refusal names the serials in the way, ten ranges at most', () => {
  const space = { stem: '', digits: 3 };
  const obstacles = Array.from({ length: 12 }, (_, i) => ({
    range: { first: BigInt(i * 10), after: BigInt(i * 10 + 2) },
    state: 'scrapped',
  }));
  expect(() => assertNoObstacle(space, 'custody', 'assigned', [])).not.toThrow();
  expect(() => assertNoObstacle(space, 'custody', 'assigned', obstacles)).toThrow(
    /000–001 \(scrapped\), .*090–091 \(scrapped\) and 2 more ranges$/,
  );
});
