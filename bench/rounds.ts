import { FULL } from './scale.ts';

/** A table for people: what a benchmark measured. A cell that is a Spread shows as `median (least–most)`. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | Spread;

/** Middle, least and most of the numbers of several rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Measures each in turn, `rounds` times over, so that a slow minute of the machine hits all of them. */
export async function inAlternation<Name extends string, Result>(
  rivals: Readonly<Record<Name, () => Result | Promise<Result>>>,
  rounds = FULL.rounds,
): Promise<Map<Name, Result[]>> {
  const names = Object.keys(rivals) as Name[];
  const results = new Map<Name, Result[]>(names.map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name)?.push(await rivals[name]());
  }
  return results;
}

export function spread(values: readonly number[] = []): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[Math.round(place * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}

/** Of each round what the same round of the rival made of it: a slow minute hits both. */
export function ratios(values: readonly number[] = [], rival: readonly number[] = []): number {
  return spread(values.map((value, round) => value / (rival[round] ?? Number.NaN))).median;
}

/** How long `work` takes. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
