import { DomainError, normalise, parseSerial, type Range, rangeSize } from '@seedlot/domain';
import { InvalidArgumentError } from 'commander';

/** A run of printed serials, both ends included: the form in which the API takes it. */
export interface SerialRange {
  readonly first: string;
  readonly last: string;
}

/** Ranges that a line holds; all are in the JSON. */
const SHOWN = 10;

export const SERIALS_HELP = 'serials, FIRST..LAST or a single one; several with commas, or repeated';

/**
 * Reads what a person writes for serials: `A`, `A..B`, several with commas. Serials hold hyphens, so a hyphen cannot
 * part two of them; the en dash that the system prints between them can. For commander, which hands over what the
 * option had before.
 */
export function serialRanges(text: string, before: readonly SerialRange[] = []): readonly SerialRange[] {
  return [...before, ...text.split(',').map(part => rangeOf(part.trim()))];
}

function rangeOf(text: string): SerialRange {
  const [first = '', last = first, ...more] = text.split(/\.\.|–/);
  if (more.length > 0) throw new InvalidArgumentError('A range has two ends: FIRST..LAST.');
  const [from, to] = [numberOf(first), numberOf(last)];
  if (from.space !== to.space || from.number > to.number) {
    throw new InvalidArgumentError(`${first}..${last} does not go from a serial to a later one of its kind.`);
  }
  return { first, last };
}

function numberOf(serial: string): { space: string; number: bigint } {
  try {
    const { space, number } = parseSerial(serial);
    return { space: `${space.stem} ${space.digits}`, number };
  } catch (fault) {
    if (!(fault instanceof DomainError)) throw fault;
    throw new InvalidArgumentError(`${fault.message}; a range is written FIRST..LAST.`);
  }
}

/** How many serials there are in the ranges together; those that stand in two of them count once. */
export function serialCount(ranges: readonly SerialRange[]): number {
  const spaces = new Map<string, Range[]>();
  for (const { first, last } of ranges) {
    const { space, number } = numberOf(first);
    const range = { first: number, after: numberOf(last).number + 1n };
    spaces.set(space, [...(spaces.get(space) ?? []), range]);
  }
  const sizes = [...spaces.values()].flatMap(space => normalise(space).map(rangeSize));
  return Number(sizes.reduce((total, size) => total + size, 0n));
}

/** Ranges as the API gives them, in the spelling that every command takes. */
export function printRanges(ranges: readonly (readonly [string, string])[]): string {
  return ranges.map(([first, last]) => (first === last ? first : `${first}..${last}`)).join(', ');
}

/** The first of them, where a line should not become a page. */
export function printSome(ranges: readonly (readonly [string, string])[]): string {
  return `${printRanges(ranges.slice(0, SHOWN))}${ranges.length > SHOWN ? ' and more' : ''}`;
}
