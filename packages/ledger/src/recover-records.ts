import { sql } from 'kysely';
import { z } from 'zod';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { readPrintedRuns } from './printed-runs.ts';
import { RECORD_TYPES, type RecordType } from './record-types.ts';
import { runsIn } from './recover-blocks.ts';
import { repeatEffect } from './recover-effects.ts';
import type { UsedNumbers } from './recover-numbers.ts';
import { multirange, type Serials } from './serial-states.ts';

/** A published record: its number, and its line as the object store gave it. */
export interface PublishedRecord {
  readonly number: bigint;
  readonly line: Buffer;
}

export interface AdoptedRecord {
  readonly type: RecordType;
  readonly fields: Record<string, unknown>;
  readonly wasLacking: boolean;
}

const envelopeSchema = z.looseObject({
  v: z.literal(1),
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.string().min(1).max(80),
  type: z.enum(Object.keys(RECORD_TYPES) as [RecordType, ...RecordType[]]),
});

/** The number of the last record that the database knows as published or numbered; -1 when there is none. */
export async function lastNumber({ sql: db }: Reader): Promise<bigint> {
  const { rows } = await sql<{ last: bigint }>`select coalesce(max(number), -1) as last from records`.execute(
    db,
  );
  return rows[0]?.last ?? -1n;
}

/** The line of a numbered record; null when the database has none of this number. */
export async function recordLine({ sql: db }: Reader, number: bigint): Promise<Buffer | null> {
  const { rows } = await sql<{ line: Buffer }>`select line from records where number = ${number}`.execute(db);
  return rows[0]?.line ?? null;
}

/**
 * Takes in a published record that comes after the last one here: a record that the database has without its number gets
 * it, one that it lacks is repeated in its effect and kept as the bytes that were published. Throws `record_differs` for one that the database has with other bytes, `record_invalid` for no record of ours.
 */
export async function adoptRecord(
  effect: Effect,
  { number, line }: PublishedRecord,
  used: UsedNumbers,
): Promise<AdoptedRecord> {
  const { id, at, actor, type, fields } = parseLine(line);
  used.note(fields);
  const known = await effect.sql.selectFrom('records').select('line').where('id', '=', id).executeTakeFirst();
  if (known !== undefined) {
    if (!known.line.equals(line)) {
      throw new LedgerError(
        'record_differs',
        `Record ${number} is published with other bytes than it has here`,
      );
    }
    await sql`update records set number = ${number}, published_at = now() where id = ${id}`.execute(
      effect.sql,
    );
    return { type, fields, wasLacking: false };
  }
  await repeatEffect(effect, { type, fields, actor, at: new Date(at) });
  const about = await serialsNamed(effect, fields);
  await sql`insert into records (id, type, lot_id, delivery_id, space_id, numbers, line, number, published_at)
    values (${id}, ${type}, ${fields.lot ?? null}, ${fields.delivery ?? null}, ${about?.space.id ?? null},
      ${about === undefined ? null : multirange(about.ranges)}, ${line}, ${number}, now())`.execute(
    effect.sql,
  );
  return { type, fields, wasLacking: true };
}

/** The object store may be anybody's: a line is believed as far as the schema of its type goes. */
function parseLine(line: Buffer) {
  try {
    const { v: _, id, at, actor, type, ...rest } = envelopeSchema.parse(JSON.parse(line.toString('utf8')));
    const fields: Record<string, unknown> = RECORD_TYPES[type].parse(rest);
    return { id, at, actor, type, fields };
  } catch (cause) {
    throw new LedgerError('record_invalid', `A line of ${line.length} bytes is no record`, { cause });
  }
}

async function serialsNamed(effect: Effect, fields: Record<string, unknown>): Promise<Serials | undefined> {
  const runs = runsIn(fields);
  if (runs.length === 0) return undefined;
  const [serials] = await readPrintedRuns(effect, runs);
  return serials?.space.id === 0 ? undefined : serials;
}
