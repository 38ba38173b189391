import { DomainError } from '@seedlot/domain';
import {
  type Caller,
  type DeliveryView,
  listDeliveries,
  type PageOf,
  type PageRequest,
  type Reader,
  showDelivery,
} from '@seedlot/ledger';

/** The delivery, if the caller may know of it. Throws `unknown_delivery`: another customer's is as if it did not exist. */
export async function deliveryFor(reader: Reader, caller: Caller, delivery: string): Promise<DeliveryView> {
  const view = await showDelivery(reader, delivery);
  if (caller.kind === 'staff' || caller.customer === view.customer) return view;
  throw new DomainError('unknown_delivery', `There is no delivery ${delivery}`);
}

/** The deliveries that the caller may know of, the newest first. */
export async function deliveriesFor(
  reader: Reader,
  caller: Caller,
  page: PageRequest,
): Promise<PageOf<DeliveryView>> {
  if (caller.kind === 'staff') return listDeliveries(reader, page, null);
  if (caller.customer === null) return { items: [], next: null };
  return listDeliveries(reader, page, caller.customer);
}
