import { listShreds, requestShred, type ShredRequest, showShred } from '@seedlot/ledger';
import type { z } from 'zod';
import { pageRequest } from '../requests/cursor.ts';
import type { shredRequestSchema } from '../routes/questions.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';

type Body = z.output<typeof shredRequestSchema>;

export const shreds = {
  requestShred: effect('requestShred', (open, { body }) => requestShred(open, requestOf(body))),
  listShreds: read('listShreds', async (reader, { query }) =>
    answerPage(await listShreds(reader, pageRequest(query)), asItIs),
  ),
  showShred: read('showShred', (reader, { params }) => showShred(reader, params.shred)),
};

/** The route's schema lets just one of them through. */
function requestOf({ lot, serials = [] }: Body): ShredRequest {
  return lot === undefined ? { serials } : { lot };
}
