import { DomainError } from '@seedlot/domain';
import { LedgerError } from '@seedlot/ledger';
import { OpenPgpError } from '@seedlot/openpgp';
import { ApiError } from '../errors.ts';
import { inOurWords } from './fastify-faults.ts';
import { isOutage } from './outage.ts';
import { type Problem, problem } from './problem.ts';
import { retryAfter, STATUSES } from './statuses.ts';

/** A problem on its way to a client. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** Runs of serials that one answer names at most; the detail counts them all. */
const OBSTACLES = 1000;

type Refusal = DomainError | LedgerError | OpenPgpError | ApiError;

/** What a client is told of any error: refusals as they are, everything else without a word of its cause. */
export function answerProblem(error: unknown, requestId: string): ProblemAnswer {
  const refusal = refusalFor(inOurWords(error));
  const { code, message: detail } = refusal;
  const status = STATUSES[code];
  const wait = retryAfter(code);
  const headers = refusal instanceof ApiError ? refusal.headers : {};
  return {
    status,
    headers: { ...headers, ...(wait === undefined ? {} : { 'retry-after': `${wait}` }) },
    body: { ...problem(code, { status, detail, requestId }), ...membersOf(refusal) },
  };
}

function membersOf(refusal: Refusal): Readonly<Record<string, unknown>> {
  if (refusal instanceof ApiError) return refusal.members;
  if (!(refusal instanceof LedgerError) || refusal.obstacles.length === 0) return {};
  return { obstacles: refusal.obstacles.slice(0, OBSTACLES) };
}

function refusalFor(error: unknown): Refusal {
  if (isRefusal(error) && STATUSES[error.code] !== 500) return error;
  if (isOutage(error)) {
    return new ApiError('temporarily_unavailable', 'A store does not answer; try again in a moment');
  }
  return new ApiError(
    'internal_error',
    'Something failed that should not; the log says what, by the request id',
  );
}

function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof ApiError ||
    error instanceof DomainError ||
    error instanceof LedgerError ||
    error instanceof OpenPgpError
  );
}
