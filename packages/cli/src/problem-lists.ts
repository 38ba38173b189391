import { z } from 'zod';
import type { Problem } from './errors.ts';
import { plain } from './output/plain.ts';

/** Runs in the way that the sentence of a refusal names by itself. */
const NAMED = 10;

const listsSchema = z.looseObject({
  faults: z
    .array(z.looseObject({ line: z.int(), code: z.string(), message: z.string(), fix: z.string() }))
    .optional(),
  faultCount: z.int().optional(),
  obstacles: z.array(z.looseObject({ first: z.string(), last: z.string(), reason: z.string() })).optional(),
});

/** All that a refusal lists beside its sentence, a line each: what is wrong with a file, and serials in the way. */
export function problemLines(problem: Problem): string[] {
  const { faults = [], faultCount = 0, obstacles = [] } = listsSchema.safeParse(problem).data ?? {};
  const left = faultCount - faults.length;
  return [
    ...faults.map(({ line, code, message, fix }) => `line ${line}: ${message} [${code}]. ${fix}.`),
    ...(left > 0 ? [`and ${left} more`] : []),
    ...(obstacles.length > NAMED ? obstacles : []).map(
      ({ first, last, reason }) => `${first === last ? first : `${first}–${last}`}: ${reason}`,
    ),
  ].map(plain);
}
