import { randomUUID } from 'node:crypto';
import type { Tables } from '@seedlot/database';
import canonicalize from 'canonicalize';
import type { Transaction } from 'kysely';
import type { AboutSerials } from './effect.ts';
import { LedgerError } from './errors.ts';
import { RECORD_TYPES, type RecordFields, type RecordType } from './record-types.ts';
import { multirange } from './serial-states.ts';

/** Version of the envelope of a record: `v`, `id`, `at`, `actor`, `type` and the fields of the type. */
const RECORD_VERSION = 1;

/**
 * Writes a record as one line of canonical JSON (RFC 8785), unnumbered: these bytes are what the notary publishes,
 * nobody serialises them again. Throws `record_invalid` when the fields are not those of the type.
 */
export async function writeRecord<T extends RecordType>(
  sql: Transaction<Tables>,
  envelope: { actor: string; at: Date; about?: AboutSerials | undefined },
  type: T,
  fields: RecordFields<T>,
): Promise<bigint> {
  const parsed = RECORD_TYPES[type].safeParse(fields);
  if (!parsed.success) throw new LedgerError('record_invalid', `Fields of ${type}: ${parsed.error.message}`);
  const id = randomUUID();
  const at = envelope.at.toISOString();
  const line = canonicalize({ ...parsed.data, v: RECORD_VERSION, id, at, actor: envelope.actor, type });
  if (line === undefined) throw new LedgerError('record_invalid', `${type} has no canonical form`);
  const { seq } = await sql
    .insertInto('records')
    .values({
      id,
      type,
      lot_id: memberOf(parsed.data, 'lot'),
      delivery_id: memberOf(parsed.data, 'delivery'),
      space_id: envelope.about?.space ?? null,
      numbers: envelope.about === undefined ? null : multirange(envelope.about.ranges),
      line: Buffer.from(line),
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return seq;
}

function memberOf(fields: object, name: 'lot' | 'delivery'): string | null {
  const value = name in fields ? (fields as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : null;
}
