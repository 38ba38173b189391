import type { ByteRange } from '@seedlot/object-store';
import { ApiError } from '../errors.ts';

/** What of a file is asked for. */
export interface Part extends ByteRange {
  /** Whether it answers a Range: 206, not 200. */
  readonly partial: boolean;
}

/**
 * Reads attacker-controlled headers by RFC 9110 section 14. One range of bytes is served; what is malformed, of another
 * unit or of several ranges is ignored, as section 14.2 allows, and so is a range of another version (section 13.1.5).
 * Throws `range_not_satisfiable`.
 */
export function partOf(
  { range, ifRange }: { range: string | undefined; ifRange: string | undefined },
  { size, etag }: { size: number; etag: string },
): Part {
  const whole = { start: 0, end: size, partial: false };
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return whole;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(range) ?? [];
  if (first === '' && last === '') return whole;
  if (first === '') return satisfiable(Math.max(0, size - Number(last)), size, size);
  if (last !== '' && Number(last) < Number(first)) return whole;
  return satisfiable(Number(first), last === '' ? size : Math.min(size, Number(last) + 1), size);
}

function satisfiable(start: number, end: number, size: number): Part {
  if (start < end) return { start, end, partial: true };
  throw new ApiError('range_not_satisfiable', `The file has ${size} bytes; there are none in this range`, {
    headers: { 'content-range': `bytes */${size}` },
  });
}
