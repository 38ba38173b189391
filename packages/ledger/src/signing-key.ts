import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';

/** The vendor's signing key as it is stored: the public half, and the id under which the seeds ring keeps its scalar. */
export interface VendorKey {
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly keyId: string;
}

/** The signing key in force, or null before the first. */
export async function readVendorKey(reader: Reader): Promise<VendorKey | null> {
  const row = await reader.sql
    .selectFrom('vendor_keys')
    .innerJoin(
      'seeds_ring.vendor_secrets',
      'seeds_ring.vendor_secrets.fingerprint',
      'vendor_keys.fingerprint',
    )
    .select(['vendor_keys.fingerprint', 'public_key as publicKey', 'key_id as keyId'])
    .orderBy('made_at', 'desc')
    .executeTakeFirst();
  return row ?? null;
}

/** Lets one process at a time make the first key. */
export async function lockVendorKey(effect: Effect): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('seedlot vendor key'))`.execute(effect.sql);
}

export async function storeVendorKey(effect: Effect, key: VendorKey): Promise<void> {
  const { fingerprint, publicKey } = key;
  await effect.sql.insertInto('vendor_keys').values({ fingerprint, public_key: publicKey }).execute();
  await effect.sql
    .insertInto('seeds_ring.vendor_secrets')
    .values({ fingerprint, key_id: key.keyId })
    .execute();
  await effect.record('signing-key.made', { fingerprint });
}
