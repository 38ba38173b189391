import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type Listing, listing } from './status-due.ts';

/** A lot's report as far as it has come: complete, it waits for ops; else for the factory's other parts. */
export interface AwaitedReport {
  readonly lot: string;
  readonly factory: string;
  readonly parts: number;
  readonly burned: number;
  readonly scrapped: number;
  readonly quantity: number;
  readonly complete: boolean;
  /** When its last part was judged. */
  readonly since: Date;
}

/** A file that is a partner's turn: to download it, or to return its receipt. */
export interface FileOut {
  readonly file: string;
  readonly kind: 'factory' | 'export';
  readonly lot: string | null;
  readonly delivery: string | null;
  /** The factory's or customer's id. */
  readonly partner: string;
  readonly locked: boolean;
  readonly since: Date;
}

/** Lots with judged parts that ops has not accepted. */
export function awaitedReports(reader: Reader): Promise<Listing<AwaitedReport>> {
  return listing(
    reader,
    sql<AwaitedReport>`
      select lot_id as lot, factory_id as factory, count(*)::int as parts, sum(burned)::int as burned,
        sum(scrapped)::int as scrapped, quantity, sum(burned + scrapped) = quantity as complete,
        max(reports.judged_at) as since
      from reports join lots on lots.id = lot_id join orders on orders.id = order_id
      where reports.state = 'judged' group by lot_id, factory_id, quantity`,
  );
}

/** Files that nobody has downloaded yet. */
export function unfetchedFiles(reader: Reader): Promise<Listing<FileOut>> {
  return filesOut(reader, sql`made_at`, sql`first_downloaded_at is null`);
}

/** Files that were downloaded and whose receipt has not come. */
export function receiptsOut(reader: Reader): Promise<Listing<FileOut>> {
  return filesOut(
    reader,
    sql`first_downloaded_at`,
    sql`first_downloaded_at is not null and files.received_at is null`,
  );
}

function filesOut(
  reader: Reader,
  since: ReturnType<typeof sql>,
  open: ReturnType<typeof sql>,
): Promise<Listing<FileOut>> {
  return listing(
    reader,
    sql<FileOut>`
      select files.id as file, kind, files.lot_id as lot, delivery_id as delivery,
        coalesce(deliveries.customer_id, orders.factory_id) as partner, locked_at is not null as locked,
        ${since} as since
      from files left join lots on lots.id = files.lot_id left join orders on orders.id = lots.order_id
        left join deliveries on deliveries.id = delivery_id
      where dropped_at is null and replaced_at is null and ${open}
        and (lots.state is null or lots.state not in ('cancelled', 'lost'))
        and (deliveries.state is null or deliveries.state <> 'cancelled')`,
  );
}
