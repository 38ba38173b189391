import { type RetentionTerms, type Role, serialsOf } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { parseLotBlock } from './recover-blocks.ts';
import { int8range } from './serial-states.ts';
import { spaceId } from './spaces.ts';

/** Stands where a public key was that no record holds: nothing can be encrypted to it, and it is there to be replaced. */
const LOST_KEY = 'This key was lost with the database. Replace it.';

/** A person's name is in no record: the id stands for it until somebody gives it again. */
export async function putStaff(effect: Effect, staff: string, role: Role): Promise<void> {
  await effect.sql
    .insertInto('actors')
    .values({ id: staff, kind: 'staff', name: staff, role })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

export interface RecordedProduct {
  readonly product: string;
  readonly oath: object;
  readonly seedLength: number;
  readonly serial: { readonly prefix: string; readonly width: number };
  readonly programmable: boolean;
  readonly scrapLimitPercent: number;
}

/** Manufacturer and model are in no record either. */
export async function putProduct(effect: Effect, product: RecordedProduct): Promise<void> {
  const { space, numbers } = serialsOf(product.serial);
  await effect.sql
    .insertInto('products')
    .values({
      id: product.product,
      manufacturer: 'unknown',
      model: product.product,
      oath: JSON.stringify(product.oath),
      seed_length: product.seedLength,
      serial_prefix: product.serial.prefix,
      serial_width: product.serial.width,
      programmable: product.programmable,
      scrap_limit_percent: product.scrapLimitPercent,
      space_id: await spaceId(effect, space),
      numbers: int8range(numbers),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

export async function putFactory(
  effect: Effect,
  factory: {
    factory: string;
    seedEncoding: 'hex' | 'base32';
    fileDays?: number | undefined;
    fingerprint: string;
  },
): Promise<void> {
  await effect.sql
    .insertInto('factories')
    .values({
      id: factory.factory,
      seed_encoding: factory.seedEncoding,
      ...(factory.fileDays !== undefined && { file_days: factory.fileDays }),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
  await admit(effect, { kind: 'factory', id: factory.factory }, factory.fingerprint);
}

export async function putCustomer(effect: Effect, customer: string, fingerprint: string): Promise<void> {
  await effect.sql
    .insertInto('customers')
    .values({ id: customer })
    .onConflict(conflict => conflict.doNothing())
    .execute();
  await admit(effect, { kind: 'customer', id: customer }, fingerprint);
}

async function admit(
  effect: Effect,
  { kind, id }: { kind: 'factory' | 'customer'; id: string },
  fingerprint: string,
): Promise<void> {
  const holder = `${kind}:${id}`;
  const of = { factory_id: kind === 'factory' ? id : null, customer_id: kind === 'customer' ? id : null };
  await effect.sql
    .insertInto('actors')
    .values({ id: holder, kind, name: id, ...of })
    .onConflict(conflict => conflict.doNothing())
    .execute();
  await putKey(effect, holder, fingerprint);
}

/** The key before is replaced, whatever it was: what was recorded of a key counts, not what a backup still has. */
export async function putKey(effect: Effect, holder: string, fingerprint: string): Promise<void> {
  await effect.sql
    .updateTable('recipient_keys')
    .set({ replaced_at: effect.at })
    .where('actor_id', '=', holder)
    .where('replaced_at', 'is', null)
    .execute();
  await effect.sql
    .insertInto('recipient_keys')
    .values({ actor_id: holder, fingerprint, public_key: LOST_KEY, expires_at: null })
    .execute();
}

export interface RecordedOrder {
  readonly order: string;
  readonly lot: string;
  readonly product: string;
  readonly factory: string;
  readonly customer?: string | undefined;
  readonly quantity: number;
  readonly firstSerial: string;
  readonly lastSerial: string;
  readonly retention: RetentionTerms;
  readonly nonProduction: boolean;
}

/** Reserves the order's serials again: never given to another. */
export async function putOrder(
  effect: Effect,
  order: RecordedOrder,
  { actor, at }: { actor: string; at: Date },
): Promise<void> {
  if (actor.startsWith('staff-')) await putStaff(effect, actor, 'ops');
  const { space, numbers } = parseLotBlock(order);
  const block = { space_id: await spaceId(effect, space), numbers: int8range(numbers) };
  const { seed_length } = await effect.sql
    .selectFrom('products')
    .select('seed_length')
    .where('id', '=', order.product)
    .executeTakeFirstOrThrow();
  await effect.sql
    .insertInto('orders')
    .values({
      id: order.order,
      product_id: order.product,
      factory_id: order.factory,
      customer_id: order.customer ?? null,
      quantity: order.quantity,
      retention: JSON.stringify(order.retention),
      non_production: order.nonProduction,
      placed_by: actor,
      placed_at: at,
    })
    .execute();
  await effect.sql
    .insertInto('lots')
    .values({ id: order.lot, order_id: order.order, ...block, seed_length, state: 'ordered' })
    .execute();
  await sql`insert into serial_states (space_id, numbers, lot_id, custody, seed)
    values (${block.space_id}, ${block.numbers}, ${order.lot}, 'reserved', 'none')`.execute(effect.sql);
}

export async function putFileDays(effect: Effect, factory: string, fileDays: number): Promise<void> {
  await effect.sql.updateTable('factories').set({ file_days: fileDays }).where('id', '=', factory).execute();
}
