import { ErasableError } from './errors.ts';
import { isKeyId, KEY_KINDS, type KeyId, type KeyKind, RING_NAMES, type RingName } from './keyring-rows.ts';

/** One line of a mirror, an attacker's until its fields are read: each reader throws `mirror_malformed`. */
export interface MirrorLine {
  readonly length: number;
  ring(field: number): RingName;
  kind(field: number): KeyKind;
  id(field: number): KeyId;
  lot(field: number): string;
  /** A safe integer from 0 up. */
  whole(field: number): number;
  serial(field: number): bigint;
  sealed(field: number): Uint8Array;
}

const LOT_ID = /^[a-z0-9-]{1,64}$/;
const SERIAL_NUMBER = /^\d{1,18}$/;

export function readMirrorLine(text: string): MirrorLine {
  const fields = fieldsOf(text);
  const oneOf = <T extends string>(names: readonly T[], field: number): T =>
    names.find(name => name === fields[field]) ?? malformed(field);
  const word = (field: number): string => {
    const value = fields[field];
    return typeof value === 'string' ? value : malformed(field);
  };
  const like = (form: RegExp, field: number): string =>
    form.test(word(field)) ? word(field) : malformed(field);
  return {
    length: fields.length,
    ring: field => oneOf(RING_NAMES, field),
    kind: field => oneOf(KEY_KINDS, field),
    id: field => (isKeyId(word(field)) ? word(field) : malformed(field)),
    lot: field => like(LOT_ID, field),
    whole: field => {
      const value = fields[field];
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
        ? value
        : malformed(field);
    },
    serial: field => BigInt(like(SERIAL_NUMBER, field)),
    sealed: field => Buffer.from(word(field), 'base64'),
  };
}

/** The one form of a line; sealed bytes come as `base64` gives them. */
export function writeMirrorLine(fields: readonly (string | number)[]): string {
  return `${JSON.stringify(fields)}\n`;
}

export function base64(sealed: Uint8Array): string {
  return Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).toString('base64');
}

function fieldsOf(text: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(text);
    if (Array.isArray(fields)) return fields;
  } catch {
    // Told below: the parser's message would quote what may be an attacker's.
  }
  throw new ErasableError('mirror_malformed', `a line of ${text.length} characters is no JSON array`);
}

function malformed(field: number): never {
  throw new ErasableError(
    'mirror_malformed',
    `field ${field} of a line of the mirror is not what it must be`,
  );
}
