/** A table for people: what a benchmark measured. */
export interface Table {
  title: string;
  columns: string[];
  rows: (string | number)[][];
}

/** Middle, least and most of the numbers of several rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const ROUNDS = 5;

/** Measures each in turn, five times over, so that a slow minute of the machine hits all of them. */
export async function inAlternation<Name extends string, Result>(
  rivals: Readonly<Record<Name, () => Result | Promise<Result>>>,
): Promise<Map<Name, Result[]>> {
  const names = Object.keys(rivals) as Name[];
  const results = new Map<Name, Result[]>(names.map(name => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) results.get(name)?.push(await rivals[name]());
  }
  return results;
}

export function spread(values: readonly number[] = []): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[Math.round(place * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}
