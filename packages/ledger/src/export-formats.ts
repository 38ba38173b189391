import { type ExportFormat, type Product, printSerial } from '@seedlot/domain';
import { type ExportToken, formatFault } from '@seedlot/seed-files';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { LedgerError } from './errors.ts';

/** Throws `format_cannot_express`, with what would work, unless one file of this format can hold the delivery's tokens of these lots. */
export async function assertFormatFits(
  reader: Reader,
  delivery: string,
  lots: readonly string[],
  format: ExportFormat,
): Promise<void> {
  const fault = formatFault(format, await typicalTokens(reader, delivery, lots));
  if (fault !== null) throw new LedgerError('format_cannot_express', fault.message);
}

/** One token for each product: with a serial of its form, and the highest counter that a sample showed. */
async function typicalTokens(
  reader: Reader,
  delivery: string,
  lots: readonly string[],
): Promise<ExportToken[]> {
  const { rows } = await sql<{
    stem: string;
    digits: number;
    number: bigint;
    product: Pick<Product, 'manufacturer' | 'model' | 'oath' | 'seedLength'>;
    counter: bigint;
  }>`
    select stem, digits, min(lower(lots.numbers)) as number,
      jsonb_build_object('manufacturer', manufacturer, 'model', model, 'oath', oath,
        'seedLength', lots.seed_length) as product,
      coalesce(max((select max(next_counter) from delivery_serials d
        join report_serials r on r.space_id = d.space_id and r.numbers && d.numbers
        where d.delivery_id = ${delivery} and d.lot_id = lots.id and oath ->> 'type' = 'hotp')), 0) as counter
    from lots
      join orders on orders.id = order_id
      join products on products.id = product_id
      join serial_spaces on serial_spaces.id = lots.space_id
    where lots.id = any(${lots}::text[])
    group by stem, digits, products.id, lots.seed_length`.execute(reader.sql);
  return rows.map(({ stem, digits, number, product, counter }) => ({
    serial: printSerial({ stem, digits }, number),
    product,
    counter,
  }));
}
