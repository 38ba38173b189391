import type { FaultList } from './fault-list.ts';
import { textOf } from './row.ts';

/** The columns that a file may have, in any order. */
export interface Columns<Name extends string> {
  readonly required: readonly Name[];
  readonly optional: readonly Name[];
}

/** Where the columns of one file are. */
export interface Header<Name extends string> {
  /** Without the columns that the file does not have. */
  readonly places: ReadonlyMap<Name, number>;
  /** Fields of each row. */
  readonly width: number;
}

/**
 * Reads the attacker-controlled first line of a file that has the columns of one of `choices`. Tells what is wrong with it; null when its
 * rows could not be understood.
 */
export function readHeader<Name extends string>(
  line: number,
  names: readonly string[],
  choices: readonly Columns<Name>[],
  faults: FaultList<string>,
): Header<Name> | null {
  const lower = names.map(name => name.toLowerCase());
  const chosen = choices.find(columns => allOf(columns).some(column => lower.includes(column)));
  if (chosen === undefined) {
    const lists = choices.map(columns => columns.required.join(',')).join(' or ');
    faults.tell(line, 'header_missing', `The line is no header such as ${lists}`);
    return null;
  }
  const places = placesOf(line, names, allOf(chosen), faults);
  const missing = chosen.required.filter(column => !places.has(column));
  for (const column of missing) faults.tell(line, 'column_missing', `The column ${column} is missing`);
  return missing.length > 0 ? null : { places, width: names.length };
}

/** Whether the row is the header once more, as when files were put one behind the other. */
export function isRepeated<Name extends string>(
  { places }: Header<Name>,
  fields: readonly Buffer[],
): boolean {
  for (const [column, at] of places) {
    const field = fields[at];
    if (field?.length !== column.length || textOf(field).toLowerCase() !== column) return false;
  }
  return true;
}

function allOf<Name extends string>({ required, optional }: Columns<Name>): Name[] {
  return [...required, ...optional];
}

function placesOf<Name extends string>(
  line: number,
  names: readonly string[],
  known: readonly Name[],
  faults: FaultList<string>,
): Map<Name, number> {
  const places = new Map<Name, number>();
  for (const [at, name] of names.entries()) {
    const column = known.find(one => one === name.toLowerCase());
    if (column !== name) {
      faults.tell(line, 'column_unknown', `Column ${at + 1} is none of ${known.join(', ')}`);
    }
    if (column === undefined) continue;
    if (places.has(column)) faults.tell(line, 'column_doubled', `Column ${at + 1} is ${column} again`);
    else places.set(column, at);
  }
  return places;
}
