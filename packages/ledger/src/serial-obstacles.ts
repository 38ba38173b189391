import { printSerial, printSerials, type Range, type SerialSpace } from '@seedlot/domain';
import { LedgerError } from './errors.ts';

/** Why a serial cannot be assigned to a customer. */
export type ObstacleReason =
  | 'in_no_lot'
  | 'not_burned'
  | 'scrapped'
  | 'lost'
  | 'void'
  | 'assigned'
  | 'seed_shredding'
  | 'seed_shredded'
  | 'other_customer';

/** A run of serials that stands in the way of an assignment. */
export interface SerialObstacle {
  readonly first: string;
  readonly last: string;
  readonly reason: ObstacleReason;
  /** The delivery, shred or customer that has them, where there is one. */
  readonly of: string | null;
}

/** The same before it is printed. */
export interface Barred extends Range {
  readonly reason: ObstacleReason;
  readonly of: string | null;
}

const WORDS: Readonly<Record<ObstacleReason, string>> = {
  in_no_lot: 'in no lot',
  not_burned: 'not burned yet',
  scrapped: 'scrapped',
  lost: 'lost',
  void: 'void',
  assigned: 'assigned to',
  seed_shredding: 'seed is being shredded by',
  seed_shredded: 'seed is shredded',
  other_customer: 'made for',
};

/** Runs that the message names; all of them stand in the error's `obstacles`. */
const NAMED = 10;

export function printObstacle(space: SerialSpace, { first, after, reason, of }: Barred): SerialObstacle {
  return { first: printSerial(space, first), last: printSerial(space, after - 1n), reason, of };
}

/** Throws `serials_not_assignable` with everything in the way, unless nothing is. */
export function assertAssignable(barred: readonly { space: SerialSpace; runs: readonly Barred[] }[]): void {
  const all = barred.flatMap(({ space, runs }) => runs.map(run => ({ space, run })));
  if (all.length === 0) return;
  const named = all.slice(0, NAMED).map(({ space, run }) => inWords(space, run));
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more ranges` : '';
  throw new LedgerError(
    'serials_not_assignable',
    `These serials cannot be assigned: ${named.join(', ')}${more}`,
    { obstacles: all.map(({ space, run }) => printObstacle(space, run)) },
  );
}

function inWords(space: SerialSpace, run: Barred): string {
  const why = run.of === null ? WORDS[run.reason].replace(/ by$/, '') : `${WORDS[run.reason]} ${run.of}`;
  return `${printSerials(space, run)} (${why})`;
}
