import { createHash } from 'node:crypto';
import type { ExportFormat, Range } from '@seedlot/domain';
import { type Effect, lockLot, moveSerials } from '@seedlot/ledger';
import type { PrivateKey } from 'openpgp';
import { decryptAndVerify, openStored } from './stored-message.ts';
import { pinned, type World } from './world.ts';

/** Serials of a lot, counted from its first one. */
export interface Part {
  readonly lot: string;
  readonly first: number;
  readonly after: number;
}

let deliveries = 0;

/** The factory has burned a whole dispatched lot, and said so. */
export async function burnLot({ ledger, ops }: World, lot: string): Promise<void> {
  await ledger.commit(ops, async effect => {
    const { space, numbers } = await lockLot(effect, lot);
    await moveSerials(effect, { space, ranges: [numbers] }, { axis: 'custody', to: 'burned' });
    await effect.sql.updateTable('lots').set({ state: 'produced' }).where('id', '=', lot).execute();
  });
}

/** Assigns burned serials to the customer of the world: a delivery whose export is due. */
export async function deliver(
  { ledger, ops }: World,
  parts: readonly Part[],
  format: ExportFormat = 'hex-csv',
): Promise<string> {
  const delivery = `delivery-${String(++deliveries).padStart(6, '0')}`;
  await ledger.commit(ops, async effect => {
    await effect.sql
      .insertInto('deliveries')
      .values({ id: delivery, customer_id: 'globex', format, created_by: ops })
      .execute();
    for (const part of parts) await assign(effect, delivery, part);
  });
  return delivery;
}

async function assign(effect: Effect, delivery: string, part: Part): Promise<void> {
  const { space, numbers } = await lockLot(effect, part.lot);
  const first = numbers.first + BigInt(part.first);
  const range: Range = { first, after: first + BigInt(part.after - part.first) };
  await moveSerials(effect, { space, ranges: [range] }, { axis: 'custody', to: 'assigned' });
  await effect.sql
    .insertInto('delivery_serials')
    .values({
      delivery_id: delivery,
      lot_id: part.lot,
      space_id: space.id,
      numbers: `[${range.first},${range.after})`,
    })
    .execute();
}

/** Another export of the same delivery is wanted. */
export async function wantAgain({ database }: World, delivery: string, format?: ExportFormat): Promise<void> {
  await database.pool.query(
    'update deliveries set exports_wanted = exports_wanted + 1, format = coalesce($2, format) where id = $1',
    [delivery, format ?? null],
  );
}

/** The delivery is cancelled before anybody downloaded its file: its serials are free again. */
export async function cancelDelivery({ ledger, ops }: World, delivery: string): Promise<void> {
  await ledger.commit(ops, async effect => {
    await effect.sql
      .updateTable('deliveries')
      .set({ state: 'cancelled' })
      .where('id', '=', delivery)
      .execute();
    const assigned = await effect.sql
      .updateTable('delivery_serials')
      .set({ released_at: effect.at })
      .where('delivery_id', '=', delivery)
      .returning(['lot_id as lot', 'numbers'])
      .execute();
    for (const { lot, numbers } of assigned) {
      const [first = 0n, after = 0n] = numbers.slice(1, -1).split(',').map(BigInt);
      const { space } = await lockLot(effect, lot);
      await moveSerials(effect, { space, ranges: [{ first, after }] }, { axis: 'custody', to: 'burned' });
    }
  });
}

/** The customer's new public key takes the place of the pinned one, which it does at `now`. */
export async function replaceCustomerKey(
  { database }: World,
  armored: string,
  now = new Date(),
): Promise<void> {
  const { fingerprint, publicKey, expiresAt } = await pinned(armored, now);
  await database.pool.query(
    `update recipient_keys set replaced_at = now() where actor_id = 'customer:globex' and replaced_at is null`,
  );
  await database.pool.query(
    `insert into recipient_keys (actor_id, fingerprint, public_key, expires_at)
     values ('customer:globex', $1, $2, $3)`,
    [fingerprint, publicKey, expiresAt],
  );
}

/** The row of an export. */
export interface ExportRow {
  readonly file: string;
  readonly keyId: string;
  readonly objectName: string;
  readonly format: ExportFormat;
  readonly version: number;
  readonly request: number;
  readonly quantity: number;
  readonly replaced: boolean;
  readonly dropped: boolean;
  readonly recipient: string;
}

/** Every export of a delivery, oldest first. */
export async function exportsOf({ database }: World, delivery: string): Promise<ExportRow[]> {
  const { rows } = await database.pool.query<ExportRow>(
    `select id as file, key_id as "keyId", object_name as "objectName", format, version, request, quantity,
       replaced_at is not null as replaced, dropped_at is not null as dropped,
       recipient_fingerprint as recipient
     from files where delivery_id = $1 order by version`,
    [delivery],
  );
  return rows;
}

/** What the customer finds in the newest export, decrypted with `key`. */
export async function fetchExport(
  world: World,
  delivery: string,
  key: PrivateKey = world.customerKey,
): Promise<{ file: ExportRow; message: Buffer; text: string; receipt: Buffer }> {
  const file = (await exportsOf(world, delivery)).at(-1);
  if (file === undefined) throw new Error(`${delivery} has no export`);
  const message = await openStored(world, file);
  const plaintext = await decryptAndVerify(world, message, key);
  const receipt = createHash('sha256').update(plaintext).digest();
  return { file, message, text: plaintext.toString('utf8'), receipt };
}
