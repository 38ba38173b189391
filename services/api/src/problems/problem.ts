import { z } from 'zod';
import type { ProblemCode } from '../errors.ts';

/** Where a problem type is named; a stable identifier, not an address to fetch (RFC 9457 section 3.1.1). */
const TYPES = 'https://seedlot.example/problems/';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One fault of a request, and where in it: a JSON pointer (RFC 6901) into the body, or the name of a parameter. */
export const issueSchema = z.object({ path: z.string(), message: z.string() });

export type Issue = z.infer<typeof issueSchema>;

/** One thing that is wrong with a CSV. */
const faultSchema = z.object({
  line: z.int().meta({ description: 'From 1, the header included' }),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  serial: z.string().optional(),
});

/** A run of serials in the way of an assignment. */
const obstacleSchema = z.object({
  first: z.string(),
  last: z.string(),
  reason: z.string(),
  of: z.string().nullable().meta({ description: 'The delivery, shred or customer that has them' }),
});

export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: 'Names the kind of problem; stable', examples: [`${TYPES}unknown_lot`] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened, for people' }),
    code: z
      .string()
      .meta({ description: 'The kind of problem for programs; stable', examples: ['unknown_lot'] }),
    requestId: z.uuid().meta({ description: 'Finds this request in the log of the service' }),
    issues: z.array(issueSchema).optional().meta({ description: 'Every fault of an invalid request' }),
    obstacles: z
      .array(obstacleSchema)
      .optional()
      .meta({ description: 'What keeps serials from being assigned; the first thousand runs' }),
    faults: z
      .array(faultSchema)
      .optional()
      .meta({ description: 'What is wrong with a list of serials, by line; the first thousand' }),
    faultCount: z.int().optional().meta({ description: 'All of them' }),
    inARow: z.int().optional().meta({ description: 'Wrong receipts in a row, this one included' }),
    left: z.int().optional().meta({ description: 'Wrong receipts until the file locks' }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457)' });

export type Problem = z.infer<typeof problemSchema>;

/** The members that every problem has, from its code. */
export function problem(
  code: ProblemCode,
  { status, detail, requestId }: Pick<Problem, 'status' | 'detail' | 'requestId'>,
): Problem {
  return { type: `${TYPES}${code}`, title: titleOf(code), status, detail, code, requestId };
}

function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
