import { cancelOrder, listOrders, placeOrder, showOrder } from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';

export const orders = {
  placeOrder: effect('placeOrder', (open, { body }) => placeOrder(open, body)),
  listOrders: read('listOrders', async (reader, { query }) =>
    answerPage(await listOrders(reader, pageRequest(query)), asItIs),
  ),
  showOrder: read('showOrder', (reader, { params }) => showOrder(reader, params.order)),
  cancelOrder: effect('cancelOrder', async (open, { params: { order } }) => {
    const { lot } = await cancelOrder(open, order);
    return { order, lot };
  }),
};
