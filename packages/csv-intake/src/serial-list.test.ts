import { printSerial, type SerialSpace, subtract } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultList } from './fault-list.ts';
import { SerialListReader } from './serial-list.ts';
import { RUN_LIMIT } from './serial-runs.ts';
import { pushAll, shortly } from './testing/reading.ts';

const EX: SerialSpace = { stem: 'EX-', digits: 4 };
const PLAIN: SerialSpace = { stem: '', digits: 13 };

function read(content: string, size = 1 << 16) {
  const faults = new FaultList();
  using reader = new SerialListReader([EX, PLAIN], faults);
  pushAll(reader, content, size);
  return { serials: reader.end(), faults };
}

describe('a list of serials', () => {
  it('is one serial a line, or the first and the last of a run', () => {
    const ex = { space: EX, ranges: [{ first: 1n, after: 4n }] };
    expect(read('serial\nEX-0001\nEX-0003\nEX-0002\n')).toMatchObject({
      serials: [ex],
      faults: { count: 0 },
    });
    const runs = 'last,first\nEX-0002,EX-0001\n0000000000009,0000000000009\nEX-0003,EX-0003\n';
    const plain = { space: PLAIN, ranges: [{ first: 9n, after: 10n }] };
    expect(read(runs, 3)).toMatchObject({ serials: [ex, plain], faults: { count: 0 } });
  });

  it('may be a million serials one after the other', () => {
    const serials = Array.from({ length: 1_000_000 }, (_, i) => printSerial(PLAIN, BigInt(i)));
    const { serials: found, faults } = read(['serial', ...serials].join('\n'));
    expect(faults.count).toBe(0);
    expect(found).toEqual([{ space: PLAIN, ranges: [{ first: 0n, after: 1_000_000n }] }]);
  });

  it.each([
    ['serial\nEX-0001\nEX-0002\nEX-0003\nEX-0002\n', ['5 serial_doubled']],
    ['serial\nEX-0003\nEX-0001\nEX-0002\nEX-0003\n', ['5 serial_doubled']],
    ['first,last\nEX-0001,EX-0009\nEX-0005,EX-0012\n', ['3 serial_doubled']],
    [
      'first,last\nEX-0005,EX-0005\nEX-0001,EX-0009\nEX-0007,EX-0008\n',
      ['3 serial_doubled', '4 serial_doubled'],
    ],
    ['first,last\nEX-0009,EX-0001\n', ['2 serials_backwards']],
    ['first,last\nEX-0001,0000000000009\n', ['2 serials_of_two_kinds']],
    ['first,last\nEX-0001,\n', ['2 serial_malformed']],
    ['first\nEX-0001\n', ['1 column_missing']],
    ['serial,first,last\nEX-0001,EX-0001,EX-0001\n', ['1 column_unknown', '1 column_unknown']],
    ['EX-0001\n', ['1 header_missing']],
    [
      'serial\n1.23E+12\nEX-1\nEZ-0001\nex\n',
      ['2 serial_scientific', '3 serial_zeros_lost', '4 serial_unknown', '5 serial_malformed'],
    ],
    ['serial;\nEX-0001;\n', ['1 separator_semicolon', '1 column_unknown']],
  ])('%j has %j', (content, expected) => {
    for (const size of [1, 1000]) expect(shortly(read(content, size).faults)).toEqual(expected);
  });

  it('has an end', () => {
    const lines = Array.from({ length: RUN_LIMIT + 2 }, (_, i) => printSerial(PLAIN, BigInt(2 * i)));
    expect(shortly(read(['serial', ...lines].join('\n')).faults)).toEqual([`${RUN_LIMIT + 2} list_too_long`]);
  });

  it('is doubled exactly where a line has a serial of a line before', () => {
    const runs = fc.array(fc.tuple(fc.nat(60), fc.nat(5)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(runs, all => {
        const lines = all.map(([first, more]) =>
          [first, first + more].map(n => printSerial(EX, BigInt(n))).join(','),
        );
        const { serials, faults } = read(['first,last', ...lines].join('\n'));
        const ranges = all.map(([first, more]) => ({
          first: BigInt(first),
          after: BigInt(first + more + 1),
        }));
        const seen = ranges.map((range, i) => subtract([range], ranges.slice(0, i)));
        const isDoubled = seen.some(
          (rest, i) => JSON.stringify(rest, show) !== JSON.stringify([ranges[i]], show),
        );
        expect(faults.count > 0).toBe(isDoubled);
        expect(subtract(ranges, serials[0]?.ranges ?? [])).toEqual([]);
      }),
    );
  });
});

function show(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
