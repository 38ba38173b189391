import type { TestDatabase } from '@seedlot/database/testing';

/** A row of a table as it once was. */
export type OldRow = Readonly<Record<string, unknown>>;

const TABLES = [
  'seeds_ring.buckets',
  'seeds_ring.keys',
  'seeds_ring.lot_keys',
  'seeds_ring.segments',
  'seeds_ring.pages',
  'seeds_ring.vendor_secrets',
  'files_ring.buckets',
  'files_ring.keys',
] as const;

export type KeptTable = (typeof TABLES)[number];

/** From now on the database keeps every version of every row of both rings, as its backups and logs do. */
export async function keepEveryVersion({ pool }: TestDatabase): Promise<void> {
  await pool.query(`create schema attic;
    create table attic.versions (kept_table text, version jsonb);
    create function attic.keep() returns trigger language plpgsql security definer as $$
      begin
        insert into attic.versions values (tg_table_schema || '.' || tg_table_name, to_jsonb(new));
        return null;
      end $$;`);
  for (const table of TABLES) {
    await pool.query(`insert into attic.versions select $1, to_jsonb(t) from ${table} t`, [table]);
    await pool.query(`create trigger keep after insert or update on ${table}
      for each row execute function attic.keep()`);
  }
}

export async function versionsOf({ pool }: TestDatabase, table: KeptTable): Promise<OldRow[]> {
  const { rows } = await pool.query<{ version: OldRow }>(
    'select distinct version from attic.versions where kept_table = $1',
    [table],
  );
  return rows.map(row => row.version);
}

/** A bytea within jsonb. */
export function bytes(value: unknown): Buffer {
  return Buffer.from(String(value).slice('\\x'.length), 'hex');
}
