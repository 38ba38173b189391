import type { LotAnswer } from './answers.ts';
import type { Cast } from './cast.ts';
import { type Client, refusalCode } from './client.ts';
import type { Narration } from './narration.ts';
import { PRODUCT } from './product.ts';

/** Tries what the system must not let happen; nothing of it changes anything. */
export async function showRefusals(
  narration: Narration,
  cast: Cast,
  lot: LotAnswer,
  delivery: string,
): Promise<void> {
  const order = { product: PRODUCT.product, quantity: 1, factory: 'acme' };
  const again = cast.ops.post('/orders', { ...order, firstSerial: lot.firstSerial });
  narration.check('a serial is never ordered twice', (await refusalCode(again)) === 'serials_in_use');
  const none = cast.ops.post('/orders', { ...order, quantity: 0 });
  narration.check('an order of nothing is refused', (await refusalCode(none)) !== null);
  const fetches = (client: Client) => refusalCode(client.get(`/lots/${lot.lot}/file`));
  narration.check(
    'another factory does not even learn that the lot exists',
    (await fetches(cast.otherFactory)) === 'unknown_lot',
  );
  narration.check('ops may order and ship, and cannot fetch the seeds', (await fetches(cast.ops)) !== null);
  const file = cast.otherCustomer.get(`/deliveries/${delivery}/file`);
  narration.check(
    'another customer does not even learn that the delivery exists',
    (await refusalCode(file)) === 'unknown_delivery',
  );
  const cancel = cast.ops.post(`/deliveries/${delivery}/cancel`, {});
  narration.check(
    'a delivery that was downloaded is never cancelled',
    (await refusalCode(cancel)) === 'delivery_downloaded',
  );
}
