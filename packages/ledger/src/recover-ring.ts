import type { KeyId, RingName, RingRows } from '@seedlot/erasable';
import { sql } from 'kysely';
import { asBuffer } from './as-buffer.ts';
import type { Effect, Reader } from './effect.ts';
import { lockRing } from './keyring-store.ts';
import { ringTable } from './ring-rows.ts';

/**
 * Puts a mirror's rows in the place of a ring's, whose database was put back to another epoch. Keys that nothing in this
 * database hangs on stay out: their lots and files are unknown here, and would keep them for ever.
 */
export async function replaceRing(effect: Effect, mirror: RingRows): Promise<void> {
  const { ring, epoch } = mirror;
  await lockRing(effect, ring, 'exclusive');
  const wanted = await ownedKeys(effect, ring);
  const keys = mirror.keys.filter(key => wanted.has(key.id));
  const counts = new Map<string, number>();
  for (const { bucket } of keys) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  await sql`delete from ${ringTable(ring, 'keys')}`.execute(effect.sql);
  await sql`delete from ${ringTable(ring, 'buckets')}`.execute(effect.sql);
  await sql`update ${ringTable(ring, 'ring')} set epoch = ${epoch}`.execute(effect.sql);
  for (const { id, version, sealedKey } of mirror.buckets) {
    const count = counts.get(id);
    if (count === undefined) continue;
    await sql`insert into ${ringTable(ring, 'buckets')} (id, version, epoch, key_count, sealed)
      values (${id}, ${version}, ${epoch}, ${count}, ${asBuffer(sealedKey)})`.execute(effect.sql);
  }
  for (const { id, kind, bucket, bucketVersion, sealedKey } of keys) {
    await sql`insert into ${ringTable(ring, 'keys')} (id, kind, bucket, bucket_version, sealed)
      values (${id}, ${kind}, ${bucket}, ${bucketVersion}, ${asBuffer(sealedKey)})`.execute(effect.sql);
  }
}

/** Keys that the database hangs something on. */
async function ownedKeys(reader: Reader, ring: RingName): Promise<ReadonlySet<KeyId>> {
  const owned =
    ring === 'seeds'
      ? sql<{ id: string }>`
        select frontier_key::text as id from seeds_ring.lot_keys union select page_key::text from seeds_ring.lot_keys
        union select key_id::text from seeds_ring.vendor_secrets`
      : sql<{ id: string }>`
        select key_id::text as id from files where dropped_at is null
        union select key_id::text from reports where dropped_at is null`;
  const { rows } = await owned.execute(reader.sql);
  return new Set(rows.map(row => row.id));
}

/**
 * Counts as dropped every stored file whose key is in the ring no more, and closes what would make another under it.
 * Resolves to their ids.
 */
export async function dropKeylessFiles(effect: Effect): Promise<string[]> {
  const gone: string[] = [];
  for (const table of ['files', 'reports'] as const) {
    const { rows } = await sql<{ id: string }>`
      update ${sql.table(table)} t set dropped_at = now() where dropped_at is null
        and not exists (select from files_ring.keys k where k.id = t.key_id) returning id`.execute(
      effect.sql,
    );
    gone.push(...rows.map(row => row.id));
  }
  await sql`update file_attempts set state = 'closed' where state = 'open' or id in (
    select attempt_id from files where dropped_at is not null
    union select attempt_id from reports where dropped_at is not null)`.execute(effect.sql);
  return gone.toSorted();
}
