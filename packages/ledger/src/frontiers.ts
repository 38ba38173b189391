import type { LotShape } from '@seedlot/domain';
import { ErasableError, type FrontierIndex, type IndexRange, type StoredFrontier } from '@seedlot/erasable';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { readSegment } from './sealed-lot.ts';

/** Where every lot's frontier is to be found at the present epoch of the seeds ring: one statement, one snapshot. */
export async function readFrontierIndex(reader: Reader): Promise<FrontierIndex> {
  const { rows } = await sql<
    LotShape & {
      epoch: number;
      version: number;
      frontierKey: string;
      pageKey: string;
      blob: Buffer;
    }
  >`
    select epoch, lot_keys.lot_id as lot, lower(numbers) as "firstSerial",
      (upper(numbers) - lower(numbers))::int as quantity, seed_length as "seedLength",
      frontier_version as version, frontier_key as "frontierKey", page_key as "pageKey",
      case when frontier_version = 0 then frontier else sha256(frontier) end as blob
    from seeds_ring.ring left join seeds_ring.lot_keys on true left join lots on lots.id = lot_keys.lot_id`.execute(
    reader.sql,
  );
  const [ring] = rows;
  if (ring === undefined) throw new ErasableError('ring_row_missing', 'The database has no ring seeds');
  const lots = rows
    .filter(row => row.lot !== null)
    .map(({ epoch: _, lot, firstSerial, quantity, seedLength, ...rest }) => {
      return { shape: { lot, firstSerial, quantity, seedLength }, ...rest };
    });
  return { epoch: ring.epoch, lots };
}

/** A lot's frontier as it is stored, its segments read one at a time: read it within one snapshot. Null without keys. */
export async function readStoredFrontier(reader: Reader, lot: string): Promise<KeyedFrontier | null> {
  const { rows } = await sql<
    LotShape & { version: number; frontierKey: string; top: Buffer; segments: number[] }
  >`
    select lower(numbers) as "firstSerial", (upper(numbers) - lower(numbers))::int as quantity,
      seed_length as "seedLength", frontier_version as version, frontier_key as "frontierKey", frontier as top,
      array(select segment from seeds_ring.segments where lot_id = lots.id order by segment) as segments
    from seeds_ring.lot_keys join lots on lots.id = lot_id where lot_id = ${lot}`.execute(reader.sql);
  const [row] = rows;
  if (row === undefined) return null;
  const { firstSerial, quantity, seedLength, ...rest } = row;
  const shape = { lot, firstSerial, quantity, seedLength };
  return { shape, ...rest, load: segment => readSegment(reader, lot, segment) };
}

/** A stored frontier, and the id of the key that its top blob opens under. */
export interface KeyedFrontier extends StoredFrontier {
  readonly frontierKey: string;
}

/** The serials of a lot whose seeds live, counted from its first one: those, and no others, must have a pad. */
export async function readLivingSerials(reader: Reader, lot: string): Promise<readonly IndexRange[]> {
  const { rows } = await sql<IndexRange>`
    select (lower(part) - lower(lots.numbers))::int as first, (upper(part) - lower(lots.numbers))::int as after
    from lots, unnest((select range_agg(numbers) from serial_states where lot_id = lots.id and seed = 'living')) part
    where lots.id = ${lot} order by part`.execute(reader.sql);
  return rows;
}
