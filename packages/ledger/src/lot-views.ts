import { DomainError, type LotState, PAGE_SIZE, printSerial, type RetentionTerms } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type PageOf, type PageRequest, pageOf } from './page-of.ts';

export interface OrderView {
  readonly order: string;
  readonly lot: string;
  readonly state: LotState;
  readonly product: string;
  readonly factory: string;
  readonly customer: string | null;
  readonly quantity: number;
  readonly firstSerial: string;
  readonly lastSerial: string;
  readonly retention: RetentionTerms;
  readonly nonProduction: boolean;
  readonly placedBy: string;
  readonly placedAt: Date;
}

/** The factory file of a lot; `published` once its records are, which a download needs. */
export interface FileView {
  readonly file: string;
  readonly version: number;
  readonly size: number;
  readonly sha256: string;
  readonly recipient: string;
  readonly signer: string;
  readonly published: boolean;
  readonly madeAt: string;
  readonly downloadedAt: string | null;
  readonly receivedAt: string | null;
  readonly wrongReceipts: number;
  readonly locked: boolean;
}

export interface LotView {
  readonly lot: string;
  readonly order: string;
  readonly state: LotState;
  readonly product: string;
  readonly factory: string;
  readonly quantity: number;
  readonly firstSerial: string;
  readonly lastSerial: string;
  readonly pages: number;
  readonly pagesDone: number;
  /** Serials in each state that any of them is in. */
  readonly custody: Readonly<Record<string, number>>;
  readonly seeds: Readonly<Record<string, number>>;
  readonly file: FileView | null;
  readonly failure: { step: string; code: string; attempts: number; retryAt: string } | null;
}

interface Block {
  readonly stem: string;
  readonly digits: number;
  readonly first: bigint;
  readonly last: bigint;
}

const block = sql`stem, digits, lower(lots.numbers) as first, upper(lots.numbers) - 1 as last`;

const orderRow = sql<Omit<OrderView, 'firstSerial' | 'lastSerial'> & Block>`
  select orders.id as "order", lots.id as lot, lots.state, product_id as product, factory_id as factory,
    customer_id as customer, quantity, retention, non_production as "nonProduction", placed_by as "placedBy",
    placed_at as "placedAt", ${block}
  from orders join lots on order_id = orders.id join serial_spaces on serial_spaces.id = lots.space_id`;

function withSerials<Row extends Block>(row: Row) {
  const { stem, digits, first, last, ...rest } = row;
  const space = { stem, digits };
  return { ...rest, firstSerial: printSerial(space, first), lastSerial: printSerial(space, last) };
}

/** Orders, the newest first. */
export async function listOrders({ sql: db }: Reader, page: PageRequest): Promise<PageOf<OrderView>> {
  const { rows } = await sql<Omit<OrderView, 'firstSerial' | 'lastSerial'> & Block>`${orderRow}
    where ${before(page, 'orders.id')} order by length(orders.id) desc, orders.id desc limit ${page.limit + 1}`.execute(
    db,
  );
  return pageOf(rows.map(withSerials), page.limit, row => row.order);
}

/** Throws `unknown_order`. */
export async function showOrder({ sql: db }: Reader, id: string): Promise<OrderView> {
  const { rows } = await sql<Omit<OrderView, 'firstSerial' | 'lastSerial'> & Block>`${orderRow}
    where orders.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_order', `There is no order ${id}`);
  return withSerials(row);
}

const lotRow = sql`
  select lots.id as lot, orders.id as "order", lots.state, product_id as product, factory_id as factory, quantity,
    ${block},
    ceil(quantity / ${PAGE_SIZE}::numeric)::int as pages,
    (select coalesce(sum(pages_done), 0)::int from generation_runs where lot_id = lots.id) as "pagesDone",
    (select jsonb_object_agg(custody, n) from (select custody, sum(upper(numbers) - lower(numbers)) as n
      from serial_states where lot_id = lots.id group by custody) c) as custody,
    (select jsonb_object_agg(seed, n) from (select seed, sum(upper(numbers) - lower(numbers)) as n
      from serial_states where lot_id = lots.id group by seed) s) as seeds,
    (select jsonb_build_object('file', id, 'version', version, 'size', size,
        'sha256', encode(message_sha256, 'hex'), 'recipient', recipient_fingerprint, 'signer', signer_fingerprint,
        'published', not exists (select from records where records.lot_id = lots.id and seq <= record_seq
          and published_at is null),
        'madeAt', made_at, 'downloadedAt', first_downloaded_at, 'receivedAt', received_at,
        'wrongReceipts', wrong_receipts, 'locked', locked_at is not null)
      from files where lot_id = lots.id and kind = 'factory' and dropped_at is null and replaced_at is null) as file,
    (select jsonb_build_object('step', step, 'code', code, 'attempts', attempts, 'retryAt', retry_at)
      from failures where subject = lots.id or step = 'shred' and (lots.state = 'cancelled' or exists (
          select from shreds join shred_serials on shred_id = shreds.id
          where shred_serials.lot_id = lots.id and completed_at is null and abandoned_at is null))
      order by failed_at desc limit 1) as failure
  from lots join orders on orders.id = order_id join serial_spaces on serial_spaces.id = lots.space_id`;

type LotRow = Omit<LotView, 'firstSerial' | 'lastSerial'> & Block;

/** Lots, the newest first; those of one factory, or of all when null. */
export async function listLots(
  { sql: db }: Reader,
  page: PageRequest,
  factory: string | null,
): Promise<PageOf<LotView>> {
  const { rows } = await sql<LotRow>`${lotRow}
    where ${before(page, 'lots.id')} and (${factory}::text is null or factory_id = ${factory}) order by length(lots.id) desc, lots.id desc limit ${page.limit + 1}`.execute(
    db,
  );
  return pageOf(rows.map(withSerials), page.limit, row => row.lot);
}

/** Throws `unknown_lot`. */
export async function showLot({ sql: db }: Reader, id: string): Promise<LotView> {
  const { rows } = await sql<LotRow>`${lotRow} where lots.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_lot', `There is no lot ${id}`);
  return withSerials(row);
}

/** Ids grow in length once six digits are not enough, so length comes first. */
function before(page: PageRequest, column: string): RawBuilder<boolean> {
  if (page.after === null) return sql`true`;
  return sql`(length(${sql.ref(column)}), ${sql.ref(column)}) < (length(${page.after}), ${page.after})`;
}
