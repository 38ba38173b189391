import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CopyFacts, stateCoverage } from './coverage.ts';
import { COPY_CLASSES } from './coverage-entry.ts';
import { verdictOf } from './verdict.ts';

const at = '2026-03-01T10:00:00.000Z';
const clean: CopyFacts = {
  rings: ['seeds'],
  roots: [{ ring: 'seeds', from: 4, to: 5, destroyedAt: at }],
  factories: [{ factory: 'factory-000001', downloadedAt: at, attested: null }],
  deliveries: [],
  escrows: [{ order: 'order-000001', escrow: 'none' }],
};
const passed = { passed: true, at };

const time = fc.option(fc.constant(at));
const anyFacts: fc.Arbitrary<CopyFacts> = fc.record({
  rings: fc.subarray(['seeds' as const, 'files' as const]),
  roots: fc.array(
    fc.record({
      ring: fc.constantFrom('seeds' as const, 'files' as const),
      from: fc.nat(),
      to: fc.nat(),
      destroyedAt: time,
    }),
  ),
  factories: fc.array(
    fc.record({
      factory: fc.constant('factory-000001'),
      downloadedAt: time,
      attested: fc.option(fc.record({ at: fc.constant(at), statement: fc.string() })),
    }),
  ),
  deliveries: fc.array(
    fc.record({ delivery: fc.string(), customer: fc.string(), deliveredAt: time, receivedAt: time }),
  ),
  escrows: fc.array(fc.record({ order: fc.string(), escrow: fc.constantFrom('none', 'bank') })),
});

test('speaks about every class of copy, whatever is known', () => {
  fc.assert(
    fc.property(anyFacts, facts => {
      expect(new Set(stateCoverage(facts).map(({ copy }) => copy))).toEqual(new Set(COPY_CLASSES));
    }),
  );
});

test('never passes with an escrow, an unconfirmed root or no root at all', () => {
  fc.assert(
    fc.property(anyFacts, facts => {
      const doubtful =
        facts.roots.length === 0 ||
        facts.rings.some(ring => facts.roots.every(root => root.ring !== ring)) ||
        facts.roots.some(({ destroyedAt }) => destroyedAt === null) ||
        facts.escrows.length === 0 ||
        facts.escrows.some(({ escrow }) => escrow !== 'none');
      expect(verdictOf(passed, stateCoverage(facts))).toBe(doubtful ? 'UNKNOWN' : 'PASS');
    }),
  );
});

test('a failed self-check fails, one that nobody saw is unknown', () => {
  const coverage = stateCoverage(clean);
  expect(verdictOf({ passed: false, at }, coverage)).toBe('FAIL');
  expect(verdictOf(null, coverage)).toBe('UNKNOWN');
  expect(
    verdictOf(
      passed,
      coverage.filter(({ copy }) => copy !== 'object_versions'),
    ),
  ).toBe('UNKNOWN');
});

test('a delivered copy is out of reach, with its receipt', () => {
  const delivery = {
    delivery: 'delivery-000001',
    customer: 'customer-000001',
    deliveredAt: at,
    receivedAt: at,
  };
  expect(stateCoverage({ ...clean, deliveries: [delivery] })).toContainEqual({
    copy: 'customer',
    finding: 'out_of_reach',
    reason: `customer-000001: delivery-000001 of ${at}, receipt of ${at}.`,
  });
});

test('a factory that has said nothing leaves its copy unknown', () => {
  const factory = stateCoverage(clean).filter(({ copy }) => copy === 'factory');
  expect(factory.map(({ finding }) => finding)).toEqual(['unknown']);
});

test('a ring that got no new root leaves the copies of the vendor unknown', () => {
  const coverage = stateCoverage({ ...clean, rings: ['seeds', 'files'] });
  expect(coverage[0]).toEqual({
    copy: 'live_database',
    finding: 'unknown',
    reason: 'No new root: files ring.',
  });
  expect(verdictOf(passed, stateCoverage(clean))).toBe('PASS');
  expect(verdictOf(passed, coverage)).toBe('UNKNOWN');
});
