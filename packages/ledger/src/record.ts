import { randomUUID } from 'node:crypto';
import type { Tables } from '@seedlot/database';
import canonicalize from 'canonicalize';
import type { Transaction } from 'kysely';
import { LedgerError } from './errors.ts';
import { RECORD_TYPES, type RecordFields, type RecordType } from './record-types.ts';

/** Version of the envelope of a record: `v`, `id`, `at`, `actor`, `type` and the fields of the type. */
const RECORD_VERSION = 1;

/**
 * Writes a record as one line of canonical JSON (RFC 8785), unnumbered: these bytes are what the notary publishes,
 * nobody serialises them again. Throws `record_invalid` when the fields are not those of the type.
 */
export async function writeRecord<T extends RecordType>(
  sql: Transaction<Tables>,
  envelope: { actor: string; at: Date },
  type: T,
  fields: RecordFields<T>,
): Promise<bigint> {
  const parsed = RECORD_TYPES[type].safeParse(fields);
  if (!parsed.success) throw new LedgerError('record_invalid', `Fields of ${type}: ${parsed.error.message}`);
  const id = randomUUID();
  const at = envelope.at.toISOString();
  const line = canonicalize({ ...parsed.data, v: RECORD_VERSION, id, at, actor: envelope.actor, type });
  if (line === undefined) throw new LedgerError('record_invalid', `${type} has no canonical form`);
  const lot = 'lot' in parsed.data ? parsed.data.lot : null;
  const { seq } = await sql
    .insertInto('records')
    .values({ id, type, lot_id: lot, line: Buffer.from(line) })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return seq;
}
