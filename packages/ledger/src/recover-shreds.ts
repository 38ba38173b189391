import type { Range, ShredReason } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';
import { lockLot } from './lots.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { multirange, putSerials } from './serial-states.ts';
import { insertShredSerials } from './shred-serials.ts';
import type { RootChange } from './shreds.ts';

interface PastShred {
  readonly shred: string;
  readonly lot?: string | undefined;
  readonly reason: ShredReason;
}

/** A shred that was asked for, or intended; a later record of it finds it there. */
export async function putShred(
  effect: Effect,
  { shred, lot, reason }: PastShred,
  at: Date,
  intended: boolean,
): Promise<void> {
  await sql`insert into shreds (id, lot_id, reason, requested_at) values (${shred}, ${lot ?? null}, ${reason}, ${at})
    on conflict (id) do nothing`.execute(effect.sql);
  if (intended) await sql`update shreds set intended_at = ${at} where id = ${shred}`.execute(effect.sql);
}

export async function putShredSerials(
  effect: Effect,
  shred: string,
  runs: readonly PrintedRun[],
): Promise<void> {
  for (const { space, ranges } of await readPrintedRuns(effect, runs)) {
    await sql`insert into shred_serials (shred_id, lot_id, space_id, numbers)
      select ${shred}, lots.id, lots.space_id, part
      from lots, unnest(int8multirange(lots.numbers) * ${multirange(ranges)}::int8multirange) part
      where lots.space_id = ${space.id}`.execute(effect.sql);
  }
}

/** Its serials count as shredded; one of a whole lot takes what had a seed. */
export async function completeAgain(
  effect: Effect,
  done: {
    shred: string;
    lot?: string | undefined;
    seedsRoot: RootChange | null;
    filesRoot: RootChange | null;
  },
  at: Date,
): Promise<void> {
  const { shred, lot, seedsRoot, filesRoot } = done;
  if (lot !== undefined && seedsRoot !== null) await takeWholeLot(effect, shred, lot);
  for (const { of, ranges } of await serialsTaken(effect, shred)) {
    const { space } = await lockLot(effect, of);
    await putSerials(effect, { space, ranges }, { seed: 'shredded' });
  }
  await sql`update shreds set intended_at = coalesce(intended_at, ${at}), completed_at = ${at}, mirrored_at = ${at},
      roots_destroyed_at = ${at}, files_dropped_at = ${at},
      seeds_root_from = ${seedsRoot?.from ?? null}, seeds_root_to = ${seedsRoot?.to ?? null},
      files_root_from = ${filesRoot?.from ?? null}, files_root_to = ${filesRoot?.to ?? null}
    where id = ${shred}`.execute(effect.sql);
}

export async function abandonAgain(effect: Effect, shred: string, at: Date): Promise<void> {
  await sql`update shreds set abandoned_at = ${at} where id = ${shred}`.execute(effect.sql);
}

async function takeWholeLot(effect: Effect, shred: string, lot: string): Promise<void> {
  if ((await serialsTaken(effect, shred)).length > 0) return;
  const { space, numbers } = await lockLot(effect, lot);
  await insertShredSerials(effect, shred, space.id, [{ lot, ranges: [numbers] }]);
}

async function serialsTaken(effect: Effect, shred: string): Promise<{ of: string; ranges: Range[] }[]> {
  const { rows } = await sql<{ of: string } & Range>`
    select lot_id as of, lower(numbers) as first, upper(numbers) as after from shred_serials
    where shred_id = ${shred} order by lot_id, numbers`.execute(effect.sql);
  return [...Map.groupBy(rows, row => row.of)].map(([of, ranges]) => ({ of, ranges }));
}

/**
 * Serials of a lot, counted from its first one, that the database calls living and whose pads are gone: an interrupted shred has them, or one whose record was
 * not published. They are shredding now, by the open shred that takes them, or by one that is made here; the shredder ends
 * it. `change` is what became of the ring's root meanwhile.
 */
export async function shredPadless(
  effect: Effect,
  { lot, gone }: { lot: string; gone: readonly Range[] },
  change: RootChange,
): Promise<void> {
  const { space, numbers } = await lockLot(effect, lot);
  const ranges = gone.map(({ first, after }) => ({
    first: numbers.first + first,
    after: numbers.first + after,
  }));
  await putSerials(effect, { space, ranges }, { seed: 'shredding' });
  await sql`update shreds set intended_at = coalesce(intended_at, now()), seeds_root_from = ${change.from},
      seeds_root_to = ${change.to}
    where completed_at is null and abandoned_at is null and seeds_root_to is null and id in (
      select shred_id from shred_serials where lot_id = ${lot} and numbers && any(
        select unnest(${multirange(ranges)}::int8multirange)))`.execute(effect.sql);
  const { rows } = await sql<Range>`
    select lower(part) as first, upper(part) as after
    from unnest(${multirange(ranges)}::int8multirange - coalesce((select range_agg(numbers) from shred_serials
      join shreds on id = shred_id where shred_serials.lot_id = ${lot} and completed_at is null and abandoned_at is null),
      '{}')) part`.execute(effect.sql);
  if (rows.length === 0) return;
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  await sql`insert into shreds (id, reason, requested_by, intended_at, seeds_root_from, seeds_root_to)
    values (${shred}, 'requested', ${effect.actor}, now(), ${change.from}, ${change.to})`.execute(effect.sql);
  await insertShredSerials(effect, shred, space.id, [{ lot, ranges: rows }]);
  const quantity = Number(rows.reduce((sum, { first, after }) => sum + after - first, 0n));
  const about = { space: space.id, ranges: rows };
  await effect.record('shred.intent', { shred, reason: 'requested', quantity }, about);
}
