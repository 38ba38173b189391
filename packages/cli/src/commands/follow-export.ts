import type { Client } from '../client/client.ts';
import { type DeliveryView, deliveryView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { Waiting } from '../progress/waiting.ts';
import { trouble } from './lot-facts.ts';

/**
 * The delivery once its customer may download another file than `before`, the one that it had. Throws
 * `delivery_ended` when there will never be one.
 */
export async function followExport(
  call: Invocation,
  client: Client,
  id: string,
  before: string | null,
): Promise<DeliveryView> {
  const waiting = new Waiting(call.terminal);
  try {
    for (let told = ''; ; ) {
      const delivery = await client.get(pathOf('deliveries', id), deliveryView);
      const { file } = delivery;
      if (file !== null && file.file !== before && file.published) return delivery;
      if (delivery.state === 'cancelled')
        throw new CliError('delivery_ended', `${id} is cancelled; it has no file`);
      const now = trouble(delivery);
      if (now !== '' && now !== told) await waiting.say(now);
      told = now;
      const isMade = file !== null && file.file !== before;
      await waiting.another(isMade ? `the records of ${id} are published` : `the file of ${id} is made`);
    }
  } catch (fault) {
    throw goesOn(fault, id);
  } finally {
    await waiting.clear();
  }
}

function goesOn(fault: unknown, id: string): unknown {
  if (!(fault instanceof CliError) || fault.code !== 'interrupted') return fault;
  return new CliError('interrupted', `Interrupted; the file of ${id} is made all the same`, {
    advice: `Look again with: seedlot delivery show ${id}`,
    cause: fault,
  });
}
