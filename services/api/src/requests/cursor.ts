import type { PageRequest } from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import { idSchema } from '../routes/questions.ts';

/** Where a list goes on. Opaque to clients, so that it may come to hold more than the last id. */
export function printCursor(after: string): string {
  return Buffer.from(after).toString('base64url');
}

/** Throws `cursor_malformed` for what no answer of ours gave. */
export function parseCursor(cursor: string): string {
  const after = Buffer.from(cursor, 'base64url').toString('latin1');
  if (idSchema.safeParse(after).success && printCursor(after) === cursor) return after;
  throw new ApiError('cursor_malformed', 'This cursor came from no list; begin without one');
}

export function pageRequest(query: { limit: number; cursor?: string | undefined }): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : parseCursor(query.cursor) };
}
