import {
  cancelDelivery,
  createDelivery,
  currentExport,
  recordExportReceipt,
  requestExport,
} from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';
import { deliveriesFor, deliveryFor } from './own-deliveries.ts';
import { wrongReceipt } from './wrong-receipt.ts';

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

  recordExportReceipt: effect('recordExportReceipt', async (open, { caller, params: { delivery }, body }) => {
    await deliveryFor(open, caller, delivery);
    const judged = await recordExportReceipt(open, delivery, Buffer.from(body.sha256, 'hex'));
    if (judged.verdict === 'refused') return wrongReceipt(judged);
    const { file } = await currentExport(open, delivery);
    return { delivery, file, verdict: judged.verdict };
  }),
};
