import type { Screen } from '../terminal.ts';
import { plain } from './plain.ts';
import { styled } from './style.ts';
import { padEnd, padStart, widthOf } from './width.ts';

/** One fact of an item, under the name that people know it by. */
export interface Field<Item> {
  readonly title: string;
  /** Attacker-controlled text is welcome: it is made printable here. An empty one is left out of a card. */
  readonly of: (item: Item) => string;
  readonly right?: boolean;
}

const GAP = '  ';

/** A line an item under a line of titles; as cards where the screen is too narrow for that, so that nothing is cut. */
export function table<Item>(
  screen: Screen,
  fields: readonly Field<Item>[],
  items: readonly Item[],
): string[] {
  const rows = items.map(item => fields.map(field => plain(field.of(item))));
  const widths = fields.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map(row => widthOf(row[at] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  if (screen.columns !== null && total > screen.columns) return cards(screen, fields, items);
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => pad(cell, widths[at] ?? 0, fields[at]?.right === true)).join(GAP);
  const heading = line(fields.map(({ title }) => title.toUpperCase())).trimEnd();
  return [styled(screen, 'bold', heading), ...rows.map(row => line(row).trimEnd())];
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
