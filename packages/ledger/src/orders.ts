import {
  assertLotTransition,
  DomainError,
  defaultTerms,
  firstGap,
  type OrderRequest,
  parseSerial,
  printSerial,
  printSerials,
  type Range,
  type SerialSpace,
  serialsOf,
  termsFault,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';
import { lockLot } from './lots.ts';
import { int8range } from './serial-states.ts';

interface OrderedProduct {
  readonly id: string;
  readonly space: SerialSpace & { readonly id: number };
  /** The numbers that the product's pattern can print. */
  readonly numbers: Range;
  readonly seedLength: number;
}

/**
 * Places an order: reserves a contiguous block of serials for one lot. Throws `unknown_product`, `unknown_factory`,
 * `unknown_customer`, `invalid_input`, `serial_malformed`, `serials_in_use`, `serial_space_exhausted`.
 */
export async function placeOrder(
  effect: Effect,
  request: OrderRequest,
): Promise<{ order: string; lot: string }> {
  const product = await findProduct(effect, request.product);
  await assertKnown(effect, 'factories', request.factory);
  if (request.customer !== undefined) await assertKnown(effect, 'customers', request.customer);
  const hasCustomer = request.customer !== undefined;
  const retention = { ...(request.retention ?? defaultTerms(hasCustomer)), escrow: 'none' as const };
  const fault = termsFault(retention, hasCustomer);
  if (fault !== null) throw new DomainError('invalid_input', fault);

  const numbers = await reserveBlock(effect, product, request);
  const number = await nextNumber(effect, 'order_numbers');
  const order = printId('order', number);
  const lot = printId('lot', number);
  await effect.sql
    .insertInto('orders')
    .values({
      id: order,
      product_id: product.id,
      factory_id: request.factory,
      customer_id: request.customer ?? null,
      quantity: request.quantity,
      retention: JSON.stringify(retention),
      non_production: request.nonProduction,
      placed_by: effect.actor,
    })
    .execute();
  const block = { space_id: product.space.id, numbers: int8range(numbers) };
  await effect.sql
    .insertInto('lots')
    .values({ id: lot, order_id: order, ...block, seed_length: product.seedLength, state: 'ordered' })
    .execute();
  await effect.sql
    .insertInto('serial_states')
    .values({ ...block, lot_id: lot, custody: 'reserved', seed: 'none' })
    .execute();
  await effect.record('order.placed', {
    order,
    lot,
    product: product.id,
    factory: request.factory,
    ...(request.customer === undefined ? {} : { customer: request.customer }),
    quantity: request.quantity,
    firstSerial: printSerial(product.space, numbers.first),
    lastSerial: printSerial(product.space, numbers.after - 1n),
    retention,
    nonProduction: request.nonProduction,
  });
  effect.knockAfter({ job: 'generate', lot });
  return { order, lot };
}

/** Cancels an order whose factory file nobody has fetched yet; the shredder then destroys what was made for it. */
export async function cancelOrder(effect: Effect, order: string): Promise<{ lot: string }> {
  const found = await effect.sql
    .selectFrom('lots')
    .select('id')
    .where('order_id', '=', order)
    .executeTakeFirst();
  if (found === undefined) throw new DomainError('unknown_order', `There is no order ${order}`);
  const lot = await lockLot(effect, found.id);
  assertLotTransition(lot.id, lot.state, 'cancelled');
  const fetched = await effect.sql
    .selectFrom('files')
    .select('id')
    .where('lot_id', '=', lot.id)
    .where('first_downloaded_at', 'is not', null)
    .executeTakeFirst();
  if (fetched !== undefined) {
    throw new DomainError(
      'transition_refused',
      `${fetched.id} of ${lot.id} was downloaded; ${order} cannot be cancelled`,
    );
  }
  await effect.sql
    .updateTable('lots')
    .set({ state: 'cancelled', cancelled_at: effect.at })
    .where('id', '=', lot.id)
    .execute();
  await effect.record('order.cancelled', { order, lot: lot.id });
  effect.knockAfter({ job: 'shred' });
  return { lot: lot.id };
}

async function findProduct(effect: Effect, id: string): Promise<OrderedProduct> {
  const row = await effect.sql
    .selectFrom('products')
    .select(['id', 'space_id', 'seed_length', 'serial_prefix', 'serial_width'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new DomainError('unknown_product', `There is no product ${id}`);
  const { space, numbers } = serialsOf({ prefix: row.serial_prefix, width: row.serial_width });
  return { id, space: { ...space, id: row.space_id }, numbers, seedLength: row.seed_length };
}

async function assertKnown(effect: Effect, table: 'factories' | 'customers', id: string): Promise<void> {
  const row = await effect.sql.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return;
  const noun = table === 'factories' ? 'factory' : 'customer';
  throw new DomainError(`unknown_${noun}`, `There is no ${noun} ${id}`);
}

/** The lock keeps two orders of one space from choosing the same gap; the exclusion constraint is the last word. */
async function reserveBlock(effect: Effect, product: OrderedProduct, request: OrderRequest): Promise<Range> {
  await sql`select pg_advisory_xact_lock(hashtext('seedlot serial space'), ${product.space.id})`.execute(
    effect.sql,
  );
  const size = BigInt(request.quantity);
  if (request.firstSerial === undefined) return nextFreeBlock(effect, product, size);
  const { space, number } = parseSerial(request.firstSerial);
  const block = { first: number, after: number + size };
  const fits =
    space.stem === product.space.stem &&
    space.digits === product.space.digits &&
    product.numbers.first <= block.first &&
    block.after <= product.numbers.after;
  if (!fits) {
    throw new DomainError(
      'serial_space_exhausted',
      `${product.id} prints ${printSerials(product.space, product.numbers)}: ` +
        `${request.quantity} serials from ${request.firstSerial} do not fit`,
    );
  }
  await assertFree(effect, product, block);
  return block;
}

async function assertFree(effect: Effect, product: OrderedProduct, block: Range): Promise<void> {
  const [taken] = await takenBlocks(effect, product, block);
  if (taken === undefined) return;
  throw new DomainError('serials_in_use', `${printSerials(product.space, taken)} belongs to ${taken.lot}`);
}

async function nextFreeBlock(effect: Effect, product: OrderedProduct, size: bigint): Promise<Range> {
  const block = firstGap(product.numbers, await takenBlocks(effect, product, product.numbers), size);
  if (block !== null) return block;
  throw new DomainError(
    'serial_space_exhausted',
    `${product.id} has no free block of ${size} serials in ${printSerials(product.space, product.numbers)}`,
  );
}

async function takenBlocks(
  effect: Effect,
  product: OrderedProduct,
  within: Range,
): Promise<(Range & { lot: string })[]> {
  const { rows } = await sql<Range & { lot: string }>`
    select lower(numbers) as first, upper(numbers) as after, id as lot from lots
    where space_id = ${product.space.id} and numbers && ${int8range(within)}::int8range
    order by numbers`.execute(effect.sql);
  return rows;
}
