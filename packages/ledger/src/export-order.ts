import {
  DomainError,
  type ExportFormat,
  type LotShape,
  type Product,
  type Range,
  type SerialSpace,
} from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';
import { LedgerError } from './errors.ts';

/** What an export is made from, as it was at one moment; its commit compares it with what is then. */
export interface ExportOrder {
  readonly delivery: string;
  /** Which of the delivery's requests it answers. */
  readonly request: number;
  readonly format: ExportFormat;
  /** The customer's pinned key, armored, and its fingerprint: 40 upper-case hex digits. */
  readonly recipientKey: string;
  readonly recipientFingerprint: string;
  /** In the order of their ids, each with one serial or more. */
  readonly lots: readonly ExportLot[];
}

/** What a delivery takes from one lot. */
export interface ExportLot {
  readonly shape: LotShape;
  readonly serials: SerialSpace & { readonly id: number };
  readonly product: Pick<Product, 'product' | 'manufacturer' | 'model' | 'oath' | 'seedLength'>;
  /** The delivery's serials of it whose seeds live, in order. */
  readonly living: readonly Range[];
  /** Of the frontier that gives exactly these seeds, and perhaps those of others. */
  readonly frontierVersion: number;
  /** The highest counter that an HOTP token of them stands at; 0 where no sample was reported. */
  readonly highestCounter: bigint;
}

/** What an export is asked to be: of the delivery's newest request, to the customer's key of now. */
type Request = Omit<ExportOrder, 'lots'>;

/** Throws `unknown_delivery`, `customer_key_missing`, and `seeds_shredded` when no serial of the delivery has a living seed. */
export async function readExportOrder(reader: Reader, delivery: string): Promise<ExportOrder> {
  const request = await readRequest(reader, delivery);
  const [living, lots] = [await livingSerials(reader, delivery), await lotsOf(reader, delivery)];
  const wanted = lots.flatMap(lot => {
    const part = living.get(lot.shape.lot);
    return part === undefined ? [] : [{ ...lot, ...part }];
  });
  if (wanted.length === 0) throw seedsShredded(delivery);
  return { ...request, lots: wanted };
}

export function seedsShredded(delivery: string): LedgerError {
  return new LedgerError('seeds_shredded', `No serial of ${delivery} has a seed any more`);
}

async function readRequest(reader: Reader, delivery: string): Promise<Request> {
  const { rows } = await sql<{ [Key in keyof Request]: Request[Key] | null }>`
    select deliveries.id as delivery, exports_wanted as request, format, public_key as "recipientKey",
      fingerprint as "recipientFingerprint"
    from deliveries
      join actors on actors.customer_id = deliveries.customer_id
      left join recipient_keys on recipient_keys.actor_id = actors.id and replaced_at is null
    where deliveries.id = ${delivery}`.execute(reader.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_delivery', `There is no delivery ${delivery}`);
  if (row.recipientKey !== null) return row as Request;
  throw new LedgerError('customer_key_missing', `${delivery} has no customer with a key`);
}

/** Whether a delivery's newest request is not answered, and can be. */
export const wantsExport: RawBuilder<boolean> = sql`(state <> 'cancelled'
  and not exists (select from files where delivery_id = deliveries.id and request = exports_wanted)
  and exists (select from delivery_serials d join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
    where d.delivery_id = deliveries.id and d.released_at is null and s.custody <> 'void' and s.seed = 'living'))`;

/** Living serials by lot, and the version of the frontier that holds their seeds: one statement, so one moment. */
export async function livingSerials(
  reader: Reader,
  delivery: string,
): Promise<Map<string, Pick<ExportLot, 'living' | 'frontierVersion'>>> {
  const { rows } = await sql<{ lot: string; frontierVersion: number; first: bigint[]; after: bigint[] }>`
    select part.lot_id as lot, frontier_version as "frontierVersion",
      array_agg(lower(numbers) order by numbers) as first, array_agg(upper(numbers) order by numbers) as after
    from (
      select d.lot_id, unnest(range_agg(d.numbers * s.numbers)) as numbers
      from delivery_serials d
        join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
      where d.delivery_id = ${delivery} and d.released_at is null
        and s.custody in ('assigned', 'delivered') and s.seed = 'living'
      group by d.lot_id) part
      join seeds_ring.lot_keys on lot_keys.lot_id = part.lot_id
    group by part.lot_id, frontier_version`.execute(reader.sql);
  return new Map(
    rows.map(({ lot, frontierVersion, first, after }) => [
      lot,
      { frontierVersion, living: first.map((from, i) => ({ first: from, after: after[i] ?? from })) },
    ]),
  );
}

/** What never changes of the lots that a delivery takes from, but for the counters that an accepted report gave. */
async function lotsOf(
  reader: Reader,
  delivery: string,
): Promise<Omit<ExportLot, 'living' | 'frontierVersion'>[]> {
  const { rows } = await sql<{
    lot: string;
    firstSerial: bigint;
    quantity: number;
    space: number;
    stem: string;
    digits: number;
    product: ExportLot['product'];
    highestCounter: bigint;
  }>`
    select lots.id as lot, lower(lots.numbers) as "firstSerial", quantity, lots.space_id as space, stem, digits,
      jsonb_build_object('product', products.id, 'manufacturer', manufacturer, 'model', model, 'oath', oath,
        'seedLength', lots.seed_length) as product,
      (select coalesce(max(next_counter), 0) from delivery_serials d
        join report_serials r on r.space_id = d.space_id and r.numbers && d.numbers
        where d.delivery_id = ${delivery} and d.lot_id = lots.id) as "highestCounter"
    from lots
      join orders on orders.id = order_id
      join products on products.id = product_id
      join serial_spaces on serial_spaces.id = lots.space_id
    where lots.id in (select lot_id from delivery_serials where delivery_id = ${delivery})
    order by lots.id`.execute(reader.sql);
  return rows.map(({ lot, firstSerial, quantity, space, stem, digits, product, highestCounter }) => ({
    shape: { lot, firstSerial, quantity, seedLength: product.seedLength },
    serials: { id: space, stem, digits },
    product,
    highestCounter,
  }));
}

/** Serials of one lot that stand at a counter above 0, as the samples of its accepted report showed. */
export interface CountedSerials extends Range {
  readonly counter: bigint;
}

/** In order of the serials within `range`. */
export async function readCounters(
  reader: Reader,
  space: number,
  { first, after }: Range,
): Promise<CountedSerials[]> {
  const { rows } = await sql<CountedSerials>`
    select lower(numbers) as first, upper(numbers) as after, next_counter as counter from report_serials
    where space_id = ${space} and numbers && int8range(${first}, ${after}) and next_counter is not null
    order by numbers`.execute(reader.sql);
  return rows;
}
