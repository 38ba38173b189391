import { KeyObject } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { withoutCredentials } from './credentials.ts';

const DEPTH_LIMIT = 8;

/** Names under which something secret may come as text. */
const SECRET_NAMES = new Set([
  'password',
  'passphrase',
  'secret',
  'seed',
  'otp',
  'token',
  'receipt',
  'pin',
  'authorization',
  'cookie',
  'set-cookie',
]);

/**
 * What may be logged of `value`: plain data without bytes. Bytes of any kind are told by their length, keys and
 * SecretBytes only by what they are, text under the name of a secret not at all, other objects by the name of their
 * class (a connection pool holds its password). Nothing is asked to describe itself, so that no toJSON, toString or
 * getter of a logged object runs: SecretBytes would throw there, and a line of log must not end a service.
 */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  return binary(value) ?? structured(value, depth);
}

function binary(value: object): string | undefined {
  if (value instanceof SecretBytes) return '[secret bytes]';
  if (value instanceof KeyObject) return '[key]';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return `[${value.byteLength} bytes]`;
  }
  return undefined;
}

function structured(value: object, depth: number): unknown {
  if (depth >= DEPTH_LIMIT) return '[deeper]';
  if (value instanceof Error) return loggableError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString();
  if (Array.isArray(value)) return value.map(each => loggable(each, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor?.name ?? 'object'}]`;
  return loggableFields(value, depth);
}

function loggableFields(value: object, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, { value: field }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    fields[name] = SECRET_NAMES.has(name.toLowerCase()) ? '[redacted]' : loggable(field, depth + 1);
  }
  return fields;
}

/** Only what every error has: libraries hang requests, rows and configurations on theirs. */
function loggableError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...('code' in error && { code: String(error.code) }),
    ...(error.stack && { stack: withoutCredentials(error.stack) }),
    ...(error.cause !== undefined && { cause: loggable(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(each => loggable(each, depth + 1)) }),
  };
}
