import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { secretMemory } from '@seedlot/erasable';
import { Pkcs11Error } from './errors.ts';
import type { PinSource, TokenAddress } from './pkcs11-uri.ts';

/** Variables by name. Given by the composition root: nothing else here reads the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LONGEST = 255;
const OTHERS = 0o077;

/**
 * Gives the PIN to `use` and keeps nothing of it. The bytes are wiped; the string, which the addon insists on, is V8's
 * to collect and cannot be: no promise is made for it. Throws `pin_unreadable`, `pin_exposed`.
 */
export function withPin<T>(address: TokenAddress, environment: Environment, use: (pin: string) => T): T {
  const bytes = secretMemory(LONGEST + 1);
  try {
    const length = readPin(address.pin, environment, bytes);
    if (length === 0) throw unreadable(address.pin, 'it is empty');
    if (length > LONGEST) throw unreadable(address.pin, `it is longer than ${LONGEST} bytes`);
    return use(Buffer.from(bytes.buffer, 0, length).toString('utf8'));
  } finally {
    bytes.fill(0);
  }
}

/** The number of bytes of the PIN, without the line break that editors and `echo` put at the end. */
function readPin(source: PinSource, environment: Environment, bytes: Uint8Array): number {
  const length = 'file' in source ? readFile(source.file, bytes) : readVariable(source, environment, bytes);
  const trimmed = bytes.subarray(0, length).findIndex(byte => byte === 0x0a || byte === 0x0d);
  return trimmed === -1 ? length : trimmed;
}

function readVariable(
  source: { variable: string },
  environment: Environment,
  bytes: Uint8Array<ArrayBufferLike>,
): number {
  const value = environment[source.variable];
  if (value === undefined) throw unreadable(source, 'it is not set');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(value);
}

/** Straight into memory that is wiped: `readFile` would leave copies. */
function readFile(path: string, bytes: Uint8Array): number {
  const file = opened(path);
  try {
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new Pkcs11Error(
        'pin_exposed',
        `${path} has mode ${octal}: nobody but its owner may read the PIN`,
      );
    }
    return readSync(file, bytes, 0, bytes.byteLength, 0);
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw unreadable({ file: path }, code, cause);
  }
}

function unreadable(source: PinSource, why: string, cause?: unknown): Pkcs11Error {
  const place = 'file' in source ? source.file : `the variable ${source.variable}`;
  return new Pkcs11Error('pin_unreadable', `The PIN in ${place} cannot be used: ${why}`, { cause });
}
