import { ErasableError } from './errors.ts';
import { isKeyId, KEY_KINDS, type KeyId, type KeyKind, RING_NAMES, type RingName } from './keyring-rows.ts';

/** One line of a mirror, an attacker's until its fields are read: each reader throws `mirror_malformed`. */
export interface MirrorLine {
  ring(field: number): RingName;
  kind(field: number): KeyKind;
  id(field: number): KeyId;
  /** A safe integer from 0 up. */
  whole(field: number): number;
  sealed(field: number): Uint8Array;
}

export function readMirrorLine(text: string): MirrorLine {
  const fields = fieldsOf(text);
  const oneOf = <T extends string>(names: readonly T[], field: number): T =>
    names.find(name => name === fields[field]) ?? malformed(field);
  const word = (field: number): string => {
    const value = fields[field];
    return typeof value === 'string' ? value : malformed(field);
  };
  return {
    ring: field => oneOf(RING_NAMES, field),
    kind: field => oneOf(KEY_KINDS, field),
    id: field => (isKeyId(word(field)) ? word(field) : malformed(field)),
    whole: field => {
      const value = fields[field];
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
        ? value
        : malformed(field);
    },
    sealed: field => Buffer.from(word(field), 'base64'),
  };
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
