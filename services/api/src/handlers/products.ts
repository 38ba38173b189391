import { addProduct, listProducts, showProduct } from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';

export const products = {
  addProduct: effect('addProduct', async (open, { body }) => {
    await addProduct(open, body);
    return { product: body.product };
  }),
  listProducts: read('listProducts', async (reader, { query }) =>
    answerPage(await listProducts(reader, pageRequest(query)), asItIs),
  ),
  showProduct: read('showProduct', (reader, { params }) => showProduct(reader, params.product)),
};
