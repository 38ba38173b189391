import { DatabaseError, isSerializationFailure } from '@seedlot/database';
import { ErasableError } from '@seedlot/erasable';
import { ObjectStoreError } from '@seedlot/object-store';

/**
 * Codes of ours that say that a store did not answer, not that it refused: a full one takes the same bytes when somebody has
 * made room, and a put that was aborted was in the way of a stop or a sweep.
 */
const UNANSWERED = new Set([
  'database_unreachable',
  'database_busy',
  'store_unreachable',
  'store_full',
  'put_aborted',
  'slot_unreachable',
]);

/**
 * SQLSTATEs (PostgreSQL appendix A) of a server that goes, comes or is overloaded: classes 08 and 53, shutdown and
 * cancelled statements of class 57, lock and idle timeouts.
 */
const OUTAGE_STATE = /^(08...|53...|57P0.|57014|55P03|25P03)$/;

/** The network's codes on a connection that broke in the middle of a statement. */
const BROKEN_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED']);

/** Whether the same request may succeed a moment later without anybody correcting anything. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // An abort is a stop of the server, or a lease that ended: neither is for good.
  if (isSerializationFailure(error) || error.name === 'AbortError') return true;
  const code = 'code' in error ? String(error.code) : '';
  if (isOurs(error)) return UNANSWERED.has(code);
  // pg gives this fault of its own no code.
  return (
    OUTAGE_STATE.test(code) || BROKEN_CONNECTION.has(code) || /^Connection terminated/.test(error.message)
  );
}

function isOurs(error: Error): boolean {
  return (
    error instanceof DatabaseError || error instanceof ErasableError || error instanceof ObjectStoreError
  );
}
