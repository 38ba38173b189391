import type { LotShape, SerialSpace } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { LedgerError } from './errors.ts';

/** A lot's sealed form, as a sealed worker reads it from the seeds ring. */
export interface SealedLot {
  readonly frontierKey: string;
  readonly pageKey: string;
  readonly frontierVersion: number;
  readonly frontier: Buffer;
}

export async function readSealedLot(reader: Reader, lot: string): Promise<SealedLot> {
  const row = await reader.sql
    .selectFrom('seeds_ring.lot_keys')
    .select([
      'frontier_key as frontierKey',
      'page_key as pageKey',
      'frontier_version as frontierVersion',
      'frontier',
    ])
    .where('lot_id', '=', lot)
    .executeTakeFirst();
  return row ?? explainMissingKeys(reader, lot);
}

/** A lot that was shredded while a worker was on its way has no keys, and nothing is due: any other lot is damaged. */
async function explainMissingKeys(reader: Reader, lot: string): Promise<never> {
  const known = await reader.sql.selectFrom('lots').select('state').where('id', '=', lot).executeTakeFirst();
  const ended = known?.state === 'cancelled' || known?.state === 'lost';
  throw new LedgerError(ended ? 'lot_not_due' : 'lot_keys_missing', `${lot} has no keys in the seeds ring`);
}

/** One sealed page. Throws `pages_missing`. */
export async function readPage(reader: Reader, lot: string, page: number): Promise<Buffer> {
  const row = await reader.sql
    .selectFrom('seeds_ring.pages')
    .select('sealed')
    .where('lot_id', '=', lot)
    .where('page', '=', page)
    .executeTakeFirst();
  if (row === undefined) throw new LedgerError('pages_missing', `${lot} has no page ${page}`);
  return row.sealed;
}

/** A frontier segment, sealed; a frontier that names one which is absent is damaged, so this throws `pages_missing`. */
export async function readSegment(reader: Reader, lot: string, segment: number): Promise<Buffer> {
  const row = await reader.sql
    .selectFrom('seeds_ring.segments')
    .select('sealed')
    .where('lot_id', '=', lot)
    .where('segment', '=', segment)
    .executeTakeFirst();
  if (row === undefined) throw new LedgerError('pages_missing', `${lot} has no frontier segment ${segment}`);
  return row.sealed;
}

/** What the factory file of a lot is made from: its shape, its factory's pinned key and the seed encoding it wants. */
export interface DispatchOrder {
  readonly shape: LotShape;
  readonly serials: SerialSpace;
  readonly seedEncoding: 'hex' | 'base32';
  readonly recipientKey: string;
  readonly recipientFingerprint: string;
  /** How many files of the lot were asked for: which request a file answers that is made now. */
  readonly request: number;
}

export async function readDispatchOrder(reader: Reader, lot: string): Promise<DispatchOrder> {
  const { rows } = await sql<{
    first: bigint;
    quantity: number;
    seedLength: number;
    stem: string;
    digits: number;
    seedEncoding: 'hex' | 'base32';
    recipientKey: string;
    recipientFingerprint: string;
    request: number;
  }>`
    select lower(lots.numbers) as first, orders.quantity, lots.seed_length as "seedLength", stem, digits,
      seed_encoding as "seedEncoding", public_key as "recipientKey",
      fingerprint as "recipientFingerprint", files_wanted as request
    from lots
      join orders on orders.id = lots.order_id
      join serial_spaces on serial_spaces.id = lots.space_id
      join factories on factories.id = orders.factory_id
      join actors on actors.factory_id = factories.id
      join recipient_keys on recipient_keys.actor_id = actors.id and replaced_at is null
    where lots.id = ${lot}`.execute(reader.sql);
  const [row] = rows;
  if (row === undefined) throw new LedgerError('factory_key_missing', `${lot} has no factory with a key`);
  const { first, quantity, seedLength, stem, digits, ...rest } = row;
  return { shape: { lot, firstSerial: first, quantity, seedLength }, serials: { stem, digits }, ...rest };
}
