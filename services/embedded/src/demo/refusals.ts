import { type Client, refusalCode } from './client.ts';
import type { LotAnswer } from './lot.ts';
import type { Narration } from './narration.ts';
import { PRODUCT } from './product.ts';
import type { Cast } from './run.ts';

/** Tries what the system must not let happen; nothing of it changes anything. */
export async function showRefusals(narration: Narration, cast: Cast, lot: LotAnswer): Promise<void> {
  const order = { product: PRODUCT.product, quantity: 1, factory: 'acme' };
  const again = cast.ops.post('/orders', { ...order, firstSerial: lot.firstSerial });
  narration.check('a serial is never ordered twice', (await refusalCode(again)) === 'serials_in_use');
  const none = cast.ops.post('/orders', { ...order, quantity: 0 });
  narration.check('an order of nothing is refused', (await refusalCode(none)) !== null);
  const fetches = (client: Client) => client.get(`/lots/${lot.lot}/file`);
  narration.check(
    'another factory does not even learn that the lot exists',
    (await refusalCode(fetches(cast.stranger))) === 'unknown_lot',
  );
  narration.check(
    'ops may order and ship, and cannot fetch the seeds',
    (await refusalCode(fetches(cast.ops))) !== null,
  );
}
