import { DomainError, normalise, parseSerial, type Range, type SerialSpace } from '@seedlot/domain';
import type { Reader } from './effect.ts';
import type { Serials } from './serial-states.ts';

/** A run of printed serials, both ends included; attacker-controlled. */
export interface PrintedRun {
  readonly first: string;
  readonly last: string;
}

/** The row of a serial space in which nothing was ever reserved: it has none. */
const NO_SPACE = 0;

/**
 * Reads runs of printed serials, space by space. Serials of a form that no order ever reserved come in a space of
 * their own that holds nothing. Throws `serial_malformed`, and `invalid_input` for a run that ends in another form
 * than it begins or before it begins, and for runs that overlap.
 */
export async function readPrintedRuns(reader: Reader, runs: readonly PrintedRun[]): Promise<Serials[]> {
  const bySpace = Map.groupBy(runs.map(readRun), ({ space }) => `${space.stem} ${space.digits}`);
  const serials: Serials[] = [];
  for (const read of bySpace.values()) {
    const [{ space } = { space: { stem: '', digits: 0 } }] = read;
    const ranges = disjoint(read.map(({ range }) => range));
    serials.push({ space: { ...space, id: await spaceRow(reader, space) }, ranges });
  }
  return serials;
}

function readRun({ first, last }: PrintedRun, index: number): { space: SerialSpace; range: Range } {
  const [from, to] = [parseSerial(first), parseSerial(last)];
  if (from.space.stem !== to.space.stem || from.space.digits !== to.space.digits) {
    throw new DomainError('invalid_input', `/serials/${index}: first and last serial are of different forms`);
  }
  if (from.number > to.number) {
    throw new DomainError('invalid_input', `/serials/${index}: the last serial comes before the first`);
  }
  return { space: from.space, range: { first: from.number, after: to.number + 1n } };
}

function disjoint(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const doubled = sorted.some((range, i) => range.first < (sorted[i - 1]?.after ?? 0n));
  if (doubled) throw new DomainError('invalid_input', '/serials: some of these runs overlap');
  return normalise(sorted);
}

async function spaceRow({ sql: db }: Reader, space: SerialSpace): Promise<number> {
  const row = await db
    .selectFrom('serial_spaces')
    .select('id')
    .where('stem', '=', space.stem)
    .where('digits', '=', space.digits)
    .executeTakeFirst();
  return row?.id ?? NO_SPACE;
}
