import { addStaff, listStaff, showStaff } from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';

export const staff = {
  addStaff: effect('addStaff', (open, { body }) => addStaff(open, body)),
  listStaff: read('listStaff', async (reader, { query }) =>
    answerPage(await listStaff(reader, pageRequest(query)), asItIs),
  ),
  showStaff: read('showStaff', (reader, { params }) => showStaff(reader, params.staff)),
};
