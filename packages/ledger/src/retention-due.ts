import { rangeSize, type ShredReason } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { shredFiles } from './file-shreds.ts';
import { withoutHeld } from './hold-guard.ts';
import { nextNumber, printId } from './ids.ts';
import { lockLots } from './lots.ts';
import { recordRanges } from './range-records.ts';
import { insertShredSerials, type LotSerials } from './shred-serials.ts';

/** Why the clock makes serials due. */
type ClockReason = Extract<ShredReason, 'receipt_term' | 'export_cap' | 'stock_cap' | 'scrapped'>;

/** What falls due together: of one delivery, or of one lot. */
interface DueGroup {
  readonly reason: ClockReason;
  readonly delivery: string | null;
  readonly space: number;
  readonly lots: readonly LotSerials[];
}

/** Due by the database's clock, and in no open shred. */
const dueRuns = sql<{
  reason: ClockReason;
  delivery: string | null;
  space: number;
  lot: string;
  first: bigint;
  after: bigint;
}>`
  select reason, delivery_id as delivery, space_id as space, lot_id as lot, lower(part) as first, upper(part) as after
  from (select reason, delivery_id, space_id, lot_id, range_agg(numbers)
      - coalesce((select range_agg(t.numbers) from shred_serials t join shreds on shreds.id = t.shred_id
          where t.lot_id = serial_clocks.lot_id and completed_at is null and abandoned_at is null), '{}') as numbers
    from serial_clocks where due_at <= now() group by reason, delivery_id, space_id, lot_id) due, unnest(numbers) part
  order by reason, delivery_id, lot_id, part`;

/**
 * Asks for the shreds that the retention terms call for by now: for each delivery or lot one a reason. Serials under an
 * active hold stay out and come when it ends. The caller holds the lock of the holds.
 */
export async function takeDue(effect: Effect): Promise<void> {
  for (const { lots } of await dueGroups(effect)) {
    await lockLots(
      effect,
      lots.map(({ lot }) => lot),
    );
  }
  // Read again under the locks: a delivery may have been cancelled, another shredder may have been faster.
  for (const group of await dueGroups(effect)) await takeGroup(effect, group);
  await takeFiles(effect);
}

/** Whether the terms make anything due that no hold keeps. */
export async function isAnythingDue(reader: Reader): Promise<boolean> {
  for (const { space, lots } of await dueGroups(reader)) {
    for (const { ranges } of lots) if ((await withoutHeld(reader, space, ranges)).length > 0) return true;
  }
  return (await dueFiles(reader)).length > 0;
}

async function dueGroups(reader: Reader): Promise<DueGroup[]> {
  const { rows } = await dueRuns.execute(reader.sql);
  const groups = Map.groupBy(rows, row => `${row.reason} ${row.delivery ?? row.lot} ${row.space}`);
  return [...groups.values()].flatMap(runs => {
    const [one] = runs;
    if (one === undefined) return [];
    const lots = [...Map.groupBy(runs, run => run.lot)].map(([lot, ranges]) => ({ lot, ranges }));
    return [{ reason: one.reason, delivery: one.delivery, space: one.space, lots }];
  });
}

async function takeGroup(effect: Effect, { reason, delivery, space, lots }: DueGroup): Promise<void> {
  const free: LotSerials[] = [];
  for (const { lot, ranges } of lots) {
    const left = await withoutHeld(effect, space, ranges);
    if (left.length > 0) free.push({ lot, ranges: left });
  }
  if (free.length === 0) return;
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  await effect.sql.insertInto('shreds').values({ id: shred, reason }).execute();
  await insertShredSerials(effect, shred, space, free);
  const ranges = free.flatMap(lot => lot.ranges);
  const quantity = Number(ranges.reduce((sum, range) => sum + rangeSize(range), 0n));
  const of = delivery === null ? {} : { delivery };
  await effect.record('shred.requested', { shred, ...of, reason, quantity }, { space, ranges });
  const printed = await effect.sql
    .selectFrom('serial_spaces')
    .select(['id', 'stem', 'digits'])
    .where('id', '=', space)
    .executeTakeFirstOrThrow();
  await recordRanges(effect, { space: printed, ranges }, (serials, record) =>
    record('shred.serials', { shred, serials }),
  );
}

async function takeFiles(effect: Effect): Promise<void> {
  for (const file of await dueFiles(effect)) await shredFiles(effect, 'factory_file_term', { files: [file] });
}

/** Factory files past their factory's days that no open shred takes; those with a held serial wait. */
async function dueFiles(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ file: string }>`
    select file_id as file from file_clocks
      join lots on lots.id = file_clocks.lot_id
    where due_at <= now()
      and not exists (select from shred_files f join shreds on shreds.id = f.shred_id
        where f.file_id = file_clocks.file_id and completed_at is null and abandoned_at is null)
      and not exists (select from held_serials h where h.space_id = lots.space_id and h.numbers && lots.numbers)
    order by file_id`.execute(reader.sql);
  return rows.map(row => row.file);
}
