import type { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Issue } from '../problems/problem.ts';

/** Issues that one answer names at most. */
const ISSUES = 20;

/** `value`, attacker-controlled, as `schema` has it. Throws `invalid_input` with every fault by its place. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(issuesOf).slice(0, ISSUES);
  const [first] = issues;
  const detail = `${first?.path || 'The request'}: ${first?.message}`;
  throw new ApiError('invalid_input', detail, { members: { issues } });
}

/** One for each field: zod names all unknown fields of an object in one. */
function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: pointer(issue.path), message: issue.message }];
  return issue.keys.map(key => ({ path: pointer([...issue.path, key]), message: 'There is no such field' }));
}

/** RFC 6901. A name that is no plain word came from the client and is told by its length. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map(step => `/${nameOf(String(step))}`).join('');
}

function nameOf(step: string): string {
  return /^\w{1,40}$/.test(step) ? step : `(${step.length} characters)`;
}
