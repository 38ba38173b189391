import { type DeliveryState, DomainError, type ExportFormat, printSerial } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';
import type { FileView } from './lot-views.ts';
import { type PageOf, type PageRequest, pageOf } from './page-of.ts';

/** An export; `fileName` is what a download calls it. */
export interface ExportView extends FileView {
  readonly format: ExportFormat;
  readonly quantity: number;
  readonly fileName: string;
}

export interface DeliveryView {
  readonly delivery: string;
  readonly customer: string;
  readonly state: DeliveryState;
  /** Of the newest export that was asked for. */
  readonly format: ExportFormat;
  readonly quantity: number;
  /** Serials that the customer has, or is to get, and whose seeds live. */
  readonly living: number;
  /** The first hundred runs, first and last serial; `ranges` says how many there are. */
  readonly serials: readonly (readonly [string, string])[];
  readonly ranges: number;
  readonly products: readonly string[];
  readonly exportsWanted: number;
  readonly file: ExportView | null;
  readonly failure: { step: string; code: string; attempts: number; retryAt: string } | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly exportedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly receivedAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** Runs that a view names at most. */
const RUNS_SHOWN = 100;

interface Run {
  readonly stem: string;
  readonly digits: number;
  /** Decimal: JSON numbers end at 2^53. */
  readonly first: string;
  readonly last: string;
}

type DeliveryRow = Omit<DeliveryView, 'serials'> & { readonly runs: readonly Run[] };

const ofDelivery = sql`from delivery_serials d where d.delivery_id = deliveries.id`;

/** Every record that must be published before a file of the delivery may leave: its own, and those of all its lots. */
export function unpublishedBefore(
  delivery: RawBuilder<unknown>,
  seq: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql`exists (select from records where published_at is null and seq <= ${seq}
    and (delivery_id = ${delivery}
      or lot_id in (select lot_id from delivery_serials where delivery_id = ${delivery})))`;
}

const deliveryRow = sql`
  select deliveries.id as delivery, customer_id as customer, state, deliveries.format,
    (select sum(upper(d.numbers) - lower(d.numbers))::int ${ofDelivery}) as quantity,
    (select coalesce(sum(upper(d.numbers * s.numbers) - lower(d.numbers * s.numbers)), 0)::int
      from delivery_serials d join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
      where d.delivery_id = deliveries.id and d.released_at is null and custody in ('assigned', 'delivered')
        and seed = 'living') as living,
    (select count(*)::int ${ofDelivery}) as ranges,
    (select jsonb_agg(run) from (
      select jsonb_build_object('stem', stem, 'digits', digits, 'first', lower(numbers)::text,
        'last', (upper(numbers) - 1)::text) as run
      from delivery_serials d join serial_spaces on serial_spaces.id = d.space_id
      where d.delivery_id = deliveries.id order by d.space_id, d.numbers limit ${RUNS_SHOWN}) runs) as runs,
    (select array_agg(distinct product_id) from orders join lots on order_id = orders.id
      where lots.id in (select d.lot_id ${ofDelivery})) as products,
    exports_wanted as "exportsWanted",
    (select jsonb_build_object('file', id, 'version', version, 'format', files.format, 'quantity', files.quantity,
        'size', size, 'sha256', encode(message_sha256, 'hex'), 'recipient', recipient_fingerprint,
        'signer', signer_fingerprint, 'published', not ${unpublishedBefore(sql`deliveries.id`, sql`record_seq`)},
        'madeAt', made_at, 'downloadedAt', first_downloaded_at, 'receivedAt', received_at,
        'wrongReceipts', wrong_receipts, 'locked', locked_at is not null,
        'fileName', deliveries.id || case files.format when 'pskc' then '.pskcxml' else '.csv' end || '.pgp')
      from files where delivery_id = deliveries.id and dropped_at is null and replaced_at is null) as file,
    (select jsonb_build_object('step', step, 'code', code, 'attempts', attempts, 'retryAt', retry_at)
      from failures where step = 'export' and subject = deliveries.id) as failure,
    created_by as "createdBy", created_at as "createdAt", exported_at as "exportedAt",
    delivered_at as "deliveredAt", received_at as "receivedAt", cancelled_at as "cancelledAt"
  from deliveries`;

/** Deliveries, the newest first; those of one customer, or of all when null. */
export async function listDeliveries(
  { sql: db }: Reader,
  page: PageRequest,
  customer: string | null,
): Promise<PageOf<DeliveryView>> {
  const { rows } = await sql<DeliveryRow>`${deliveryRow}
    where (${customer}::text is null or customer_id = ${customer})
      and (${page.after}::text is null
        or (length(deliveries.id), deliveries.id) < (length(${page.after}), ${page.after}))
    order by length(deliveries.id) desc, deliveries.id desc limit ${page.limit + 1}`.execute(db);
  return pageOf(rows.map(withSerials), page.limit, row => row.delivery);
}

/** Throws `unknown_delivery`. */
export async function showDelivery({ sql: db }: Reader, id: string): Promise<DeliveryView> {
  const { rows } = await sql<DeliveryRow>`${deliveryRow} where deliveries.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_delivery', `There is no delivery ${id}`);
  return withSerials(row);
}

function withSerials({ runs, ...row }: DeliveryRow): DeliveryView {
  const serials = runs.map(({ stem, digits, first, last }) => {
    const space = { stem, digits };
    return [printSerial(space, BigInt(first)), printSerial(space, BigInt(last))] as const;
  });
  return { ...row, serials };
}
