import { cancelDelivery, createDelivery, requestExport } from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';
import { deliveriesFor, deliveryFor } from './own-deliveries.ts';

export const deliveries = {
  createDelivery: effect('createDelivery', (open, { body }) => createDelivery(open, body)),
  listDeliveries: read('listDeliveries', async (reader, { caller, query }) =>
    answerPage(await deliveriesFor(reader, caller, pageRequest(query)), asItIs),
  ),
  showDelivery: read('showDelivery', (reader, { caller, params }) =>
    deliveryFor(reader, caller, params.delivery),
  ),
  requestExport: effect('requestExport', async (open, { params: { delivery }, body }) => ({
    delivery,
    ...(await requestExport(open, delivery, body.format)),
  })),
  cancelDelivery: effect('cancelDelivery', async (open, { params: { delivery } }) => {
    await cancelDelivery(open, delivery);
    return { delivery };
  }),
};
