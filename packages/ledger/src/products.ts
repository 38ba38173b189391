import { DomainError, type Product, serialsOf } from '@seedlot/domain';
import type { Effect } from './effect.ts';
import { int8range } from './serial-states.ts';
import { spaceId } from './spaces.ts';

/** Adds a product. Throws `already_exists`, `serial_malformed`. */
export async function addProduct(effect: Effect, product: Product): Promise<void> {
  const { space, numbers } = serialsOf(product.serial);
  const added = await effect.sql
    .insertInto('products')
    .values({
      id: product.product,
      manufacturer: product.manufacturer,
      model: product.model,
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
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new DomainError('already_exists', `Product ${product.product} exists`);
  const { product: id, oath, seedLength, serial, programmable, scrapLimitPercent } = product;
  await effect.record('product.added', {
    product: id,
    oath,
    seedLength,
    serial,
    programmable,
    scrapLimitPercent,
  });
}
