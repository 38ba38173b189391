import { z } from 'zod';
import { CliError } from '../errors.ts';
import { readJson } from './body.ts';

/** A problem document, RFC 9457 section 3.1, with Seedlot's `code`. */
const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
});

/** The refusal that an answer of this status carries; without a problem document, what its status says. */
export async function problemOf(
  status: number,
  headers: Headers,
  chunks: AsyncIterable<Uint8Array>,
): Promise<CliError> {
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return bare(status, headers);
  const problem = await readJson(chunks, problemSchema);
  return new CliError('request_refused', problem.detail ?? problem.title, {
    problem: { ...problem, status },
    retryAfter: retryAfter(headers),
  });
}

function bare(status: number, headers: Headers): CliError {
  const code = `http_${status}`;
  const title = `The server answered with status ${status}`;
  return new CliError('request_refused', title, {
    problem: { type: 'about:blank', title, status, code },
    retryAfter: retryAfter(headers),
  });
}

/** Seconds; RFC 9110 section 10.2.3 also allows a date, which no server of Seedlot's sends. */
function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
