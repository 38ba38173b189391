import { createHash } from 'node:crypto';
import { ApiError } from '../errors.ts';

/** A body as it came: what it says, and the bytes that said so. */
export interface JsonBody {
  readonly value: unknown;
  /** SHA-256 of the bytes. */
  readonly sha256: Buffer;
}

/** Reads attacker-controlled bytes. An empty body says nothing, which for a request without fields is enough. */
export function readJsonBody(bytes: Uint8Array): JsonBody {
  const sha256 = createHash('sha256').update(bytes).digest();
  return { value: bytes.length === 0 ? {} : parse(bytes), sha256 };
}

export const NO_BODY: JsonBody = readJsonBody(new Uint8Array());

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the body, so it is no cause either.
    throw new ApiError('body_malformed', 'The body is not JSON in UTF-8');
  }
}
