import { duration } from '../output/figures.ts';
import { fit, widthOf } from '../output/width.ts';

/** Work that has a known size. */
export interface Progress {
  /** What is going on: a word or two. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Units a second and seconds; null while nothing can be said of them. */
  readonly rate: number | null;
  readonly left: number | null;
  readonly unit: Unit;
}

/** What the work consists of. */
export interface Unit {
  /** A number of units: `1.2 MB`, `10,000`. */
  readonly say: (number: number) => string;
  /** What follows the number, ` seeds`; empty where the number says it. */
  readonly name: string;
}

const NARROWEST_BAR = 10;
const WIDEST_BAR = 40;

/** The fullest way to say it that fits on one line of `columns`. */
export function barLine(progress: Progress, columns: number): string {
  const versions = wordings(progress).map(({ before, after }) => {
    const room = columns - widthOf(before) - widthOf(after);
    return room < NARROWEST_BAR ? null : `${before}${bar(progress, Math.min(WIDEST_BAR, room))}${after}`;
  });
  return versions.find(version => version !== null) ?? fit(percent(progress), columns);
}

/** The same without a bar, for a file. */
export function textLine(progress: Progress): string {
  return [`${progress.label}: ${percent(progress).trim()}`, ...figures(progress)].join(', ');
}

/** From the fullest wording to the barest. */
function wordings(progress: Progress): { before: string; after: string }[] {
  const before = `${fit(progress.label, 30)} `;
  const after = ` ${percent(progress)}`;
  const [amount, ...timing] = figures(progress);
  const left = timing.slice(-1);
  return [
    { before, after: [after, amount, ...timing].join('  ') },
    { before, after: [after, ...timing].join('  ') },
    { before, after: [after, ...left].join('  ') },
    { before: '', after: [after, ...left].join('  ') },
    { before: '', after },
  ];
}

function figures({ done, total, rate, left, unit }: Progress): string[] {
  return [
    `${unit.say(done)} of ${unit.say(total)}${unit.name}`,
    ...(rate === null ? [] : [`${unit.say(rate)}${unit.name}/s`]),
    ...(left === null ? [] : [`${duration(left)} left`]),
  ];
}

function bar(progress: Progress, width: number): string {
  const inside = width - 2;
  const full = Math.floor(share(progress) * inside);
  return `[${'#'.repeat(full)}${'.'.repeat(inside - full)}]`;
}

function percent(progress: Progress): string {
  return `${Math.floor(share(progress) * 100)}%`.padStart(4);
}

/** 0 to 1, also when a server says nonsense. */
export function share({ done, total }: Pick<Progress, 'done' | 'total'>): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}
