import { printSerial } from '@seedlot/domain';
import type { Effect } from './effect.ts';
import type { Serials } from './serial-states.ts';

/** Ranges that one record names at most; a longer list goes on in the next one. */
const RANGES_IN_A_RECORD = 1000;

/** First and last printed serial of a run, as records have it. */
export type PrintedRange = [string, string];

/** Writes as many records as the ranges of these serials need, each about exactly the serials that it names. */
export async function recordRanges(
  { record }: Pick<Effect, 'record'>,
  { space, ranges }: Serials,
  write: (serials: PrintedRange[], record: Effect['record']) => Promise<bigint>,
): Promise<void> {
  for (let from = 0; from < ranges.length; from += RANGES_IN_A_RECORD) {
    const some = ranges.slice(from, from + RANGES_IN_A_RECORD);
    const printed = some.map(
      ({ first, after }): PrintedRange => [printSerial(space, first), printSerial(space, after - 1n)],
    );
    await write(printed, (type, fields) => record(type, fields, { space: space.id, ranges: some }));
  }
}
