import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from './places.ts';

const EXHAUSTED = expect.objectContaining({ code: 'streams_exhausted' });

test('a caller has so many places, and all together have so many', () => {
  const places = new Places({ total: 3, each: 2 });
  const first = places.take('a');
  places.take('a');
  expect(() => places.take('a')).toThrow(EXHAUSTED);
  places.take('b');
  expect(() => places.take('b')).toThrow(EXHAUSTED);
  first.leave();
  places.take('b');
});

test('a place that is left twice is free once', () => {
  const places = new Places({ total: 9, each: 1 });
  const place = places.take('a');
  place.leave();
  places.take('a');
  place.leave();
  expect(() => places.take('a')).toThrow(EXHAUSTED);
});

test('whoever comes and leaves, the limits hold', () => {
  const callers = fc.constantFrom('a', 'b', 'c');
  const steps = fc.array(fc.record({ caller: callers, leaves: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, visits => {
      const places = new Places({ total: 4, each: 2 });
      const inside: { caller: string; leave(): void }[] = [];
      for (const { caller, leaves } of visits) {
        const own = inside.filter(each => each.caller === caller);
        if (leaves) {
          own[0]?.leave();
          if (own[0] !== undefined) inside.splice(inside.indexOf(own[0]), 1);
        } else if (own.length < 2 && inside.length < 4) {
          inside.push({ caller, ...places.take(caller) });
        } else {
          expect(() => places.take(caller)).toThrow(EXHAUSTED);
        }
      }
    }),
  );
});
