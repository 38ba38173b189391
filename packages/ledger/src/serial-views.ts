import { type Custody, DomainError, parseSerial, type SeedState, type SerialResult } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { summaryOf } from './record-summaries.ts';

/** A stored file that holds, or held, the seed of a serial. */
export interface SerialFile {
  readonly file: string;
  readonly kind: 'factory' | 'export';
  readonly state: 'current' | 'replaced' | 'dropped';
}

/** A record that concerns a serial; `number` is its place in the log, null until it has one. */
export interface LifeEvent {
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly number: number | null;
  readonly summary: string;
}

export interface SerialView {
  readonly serial: string;
  readonly product: string;
  readonly lot: string;
  readonly custody: Custody;
  readonly seed: SeedState;
  readonly delivery: string | null;
  readonly customer: string | null;
  readonly result: SerialResult | null;
  /** Whether a counter-based sample of it was checked; the verdict of a time-based one is kept by report alone. */
  readonly sampled: boolean;
  readonly files: readonly SerialFile[];
  readonly life: readonly LifeEvent[];
}

interface SerialRow extends Omit<SerialView, 'serial' | 'files' | 'life'> {
  readonly space: number;
  /** Every delivery that it was ever assigned to. */
  readonly deliveries: readonly string[];
}

/** A serial's state and its whole life out of the records. Throws `unknown_serial`, `serial_malformed`. */
export async function showSerial(reader: Reader, serial: string): Promise<SerialView> {
  const { space, number } = parseSerial(serial);
  const found = await findSerial(reader, space, number);
  if (found === undefined) throw new DomainError('unknown_serial', `No order has reserved ${serial}`);
  const { space: id, deliveries, ...view } = found;
  const [files, life] = [
    await filesOf(reader, view.lot, deliveries),
    await lifeOf(reader, { space: id, number, lot: view.lot, deliveries }),
  ];
  return { serial, ...view, files, life };
}

async function findSerial(
  { sql: db }: Reader,
  space: { stem: string; digits: number },
  number: bigint,
): Promise<SerialRow | undefined> {
  const { rows } = await sql<SerialRow>`
    select s.space_id as space, product_id as product, s.lot_id as lot, custody, seed, d.delivery_id as delivery,
      coalesce(d.customer_id, orders.customer_id) as customer, r.result,
      coalesce(r.next_counter is not null, false) as sampled,
      array(select delivery_id from delivery_serials where space_id = s.space_id and lot_id = s.lot_id
        and numbers @> ${number}::int8) as deliveries
    from serial_spaces
      join serial_states s on s.space_id = serial_spaces.id and s.numbers @> ${number}::int8
      join lots on lots.id = s.lot_id
      join orders on orders.id = order_id
      left join lateral (select delivery_id, customer_id from delivery_serials
        join deliveries on deliveries.id = delivery_id
        where space_id = s.space_id and numbers @> ${number}::int8 and released_at is null) d on true
      left join lateral (select result, next_counter from report_serials
        join reports on reports.id = report_id and state = 'accepted'
        where space_id = s.space_id and numbers @> ${number}::int8) r on true
    where stem = ${space.stem} and digits = ${space.digits}`.execute(db);
  return rows[0];
}

async function filesOf(
  { sql: db }: Reader,
  lot: string,
  deliveries: readonly string[],
): Promise<SerialFile[]> {
  const { rows } = await sql<SerialFile>`
    select files.id as file, kind, case when dropped_at is not null then 'dropped'
      when replaced_at is not null or deliveries.state = 'cancelled' then 'replaced' else 'current' end as state
    from files left join deliveries on deliveries.id = delivery_id
    where lot_id = ${lot} or delivery_id = any(${deliveries}::text[])
    order by length(files.id), files.id`.execute(db);
  return rows;
}

interface Place {
  readonly space: number;
  readonly number: bigint;
  readonly lot: string;
  readonly deliveries: readonly string[];
}

/** Three questions, each with an index of its own: of its whole lot, of its number, of its whole deliveries. */
async function lifeOf({ sql: db }: Reader, { space, number, lot, deliveries }: Place): Promise<LifeEvent[]> {
  const { rows } = await sql<{ line: Buffer; number: bigint | null }>`
    select distinct on (seq) line, number from (
      select seq, line, number from records where lot_id = ${lot} and numbers is null
      union all
      select seq, line, number from records where space_id = ${space} and numbers @> ${number}::int8
      union all
      select seq, line, number from records where delivery_id = any(${deliveries}::text[]) and numbers is null
    ) of_serial order by seq`.execute(db);
  return rows.map(row => eventOf(JSON.parse(row.line.toString()), row.number));
}

function eventOf(
  record: { at: string; actor: string; type: string } & Record<string, unknown>,
  number: bigint | null,
): LifeEvent {
  const { at, actor, type } = record;
  return {
    at,
    actor,
    type,
    number: number === null ? null : Number(number),
    summary: summaryOf(type, record),
  };
}
