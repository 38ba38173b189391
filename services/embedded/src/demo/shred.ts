import { type Client, refusalCode } from './client.ts';
import { awaitLot } from './lot.ts';
import type { Narration } from './narration.ts';
import { PRODUCT } from './product.ts';

const QUANTITY = 100;

/** Cancels an order whose file nobody has fetched, and waits until its seeds are shredded. */
export async function showShred(narration: Narration, ops: Client): Promise<void> {
  const request = { product: PRODUCT.product, quantity: QUANTITY, factory: 'acme' };
  const { order, lot } = await ops.post<{ order: string; lot: string }>('/orders', request);
  await awaitLot(ops, lot, answer => answer.state === 'dispatched');
  await ops.post(`/orders/${order}/cancel`, {});
  const { seeds, file } = await awaitLot(ops, lot, answer => answer.seeds.shredded === QUANTITY);
  narration.check(
    `all ${QUANTITY} seeds of ${lot} are shredded: keys erased, both old roots destroyed, checked by a fresh process`,
    seeds.shredded === QUANTITY,
  );
  narration.check('its factory file went with them', file === null);
  const again = ops.post(`/orders/${order}/cancel`, {});
  narration.check('and nothing brings it back', (await refusalCode(again)) === 'transition_refused');
}
