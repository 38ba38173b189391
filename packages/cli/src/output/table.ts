import type { Screen } from '../terminal.ts';
import { plain } from './plain.ts';
import { styled } from './style.ts';
import { padEnd, padStart, widthOf } from './width.ts';
import { wrap } from './wrap.ts';

/** One fact of an item, under the name that people know it by. */
export interface Field<Item> {
  readonly title: string;
  /** Attacker-controlled text is welcome: it is made printable here. An empty one is left out of a card. */
  readonly of: (item: Item) => string;
  readonly right?: boolean;
  /** Whether it is prose, which may go on below itself where the screen is too narrow for it. */
  readonly wraps?: boolean;
}

const GAP = '  ';
/** Columns that prose needs to be read at all. */
const NARROWEST_PROSE = 20;

/** A line an item under a line of titles; as cards where the screen is too narrow for that, so that nothing is cut. */
export function table<Item>(
  screen: Screen,
  fields: readonly Field<Item>[],
  items: readonly Item[],
): string[] {
  const rows = items.map(item => fields.map(field => plain(field.of(item))));
  const natural = fields.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map(row => widthOf(row[at] ?? ''))),
  );
  const widths = fitting(fields, natural, screen.columns ?? Number.POSITIVE_INFINITY);
  if (widths === null) return cards(screen, fields, items);
  const lines = (cells: readonly string[]) => linesOf(fields, widths, cells);
  const headings = lines(fields.map(({ title }) => title.toUpperCase()));
  return [...headings.map(heading => styled(screen, 'bold', heading)), ...rows.flatMap(lines)];
}

/** Widths of columns that fit together, prose narrowed as far as it must be; null where that is not enough. */
function fitting<Item>(
  fields: readonly Field<Item>[],
  natural: readonly number[],
  columns: number,
): readonly number[] | null {
  const excess = sum(natural) + GAP.length * (natural.length - 1) - columns;
  if (excess <= 0) return natural;
  const prose = natural.filter((_width, at) => fields[at]?.wraps === true);
  const room = Math.floor((sum(prose) - excess) / prose.length);
  if (prose.length === 0 || room < NARROWEST_PROSE) return null;
  const short = prose.filter(width => width <= room);
  const share = Math.floor((sum(prose) - excess - sum(short)) / (prose.length - short.length));
  return natural.map((width, at) => (fields[at]?.wraps === true ? Math.min(width, share) : width));
}

function linesOf<Item>(
  fields: readonly Field<Item>[],
  widths: readonly number[],
  cells: readonly string[],
): string[] {
  const wrapped = cells.map((cell, at) => (fields[at]?.wraps ? wrap(cell, widths[at] ?? 0) : [cell]));
  return Array.from({ length: Math.max(...wrapped.map(cell => cell.length)) }, (_, line) =>
    wrapped
      .map((cell, at) => pad(cell[line] ?? '', widths[at] ?? 0, fields[at]?.right === true))
      .join(GAP)
      .trimEnd(),
  );
}

/** Every fact of an item on a line of its own. */
export function card<Item>(screen: Screen, fields: readonly Field<Item>[], item: Item): string[] {
  const width = Math.max(...fields.map(({ title }) => widthOf(title)));
  return fields.flatMap(({ title, of }) => {
    const value = plain(of(item));
    return value === '' ? [] : [`${styled(screen, 'bold', padEnd(title, width))}${GAP}${value}`];
  });
}

function cards<Item>(screen: Screen, fields: readonly Field<Item>[], items: readonly Item[]): string[] {
  return items.flatMap((item, at) => [...(at === 0 ? [] : ['']), ...card(screen, fields, item)]);
}

function pad(text: string, width: number, right: boolean): string {
  return right ? padStart(text, width) : padEnd(text, width);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
