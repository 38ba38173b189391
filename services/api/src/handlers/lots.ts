import {
  currentFile,
  type ReceiptVerdict,
  recordReceipt,
  unlockFile,
  WRONG_RECEIPTS_LIMIT,
} from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';
import { lotFor, lotsFor } from './own-lots.ts';

export const lots = {
  listLots: read('listLots', async (reader, { caller, query }) =>
    answerPage(await lotsFor(reader, caller, pageRequest(query)), asItIs),
  ),
  showLot: read('showLot', (reader, { caller, params }) => lotFor(reader, caller, params.lot)),

  recordReceipt: effect('recordReceipt', async (open, { caller, params: { lot }, body }) => {
    await lotFor(open, caller, lot);
    const judged = await recordReceipt(open, lot, Buffer.from(body.sha256, 'hex'));
    if (judged.verdict === 'refused') return wrongReceipt(judged);
    const { file } = await currentFile(open, lot);
    return { lot, file, verdict: judged.verdict };
  }),
  unlockFile: effect('unlockFile', async (open, { params: { file } }) => {
    await unlockFile(open, file);
    return { file };
  }),
};

/** Returned, not thrown: that it was wrong is counted and recorded. */
function wrongReceipt({ inARow, locked }: Extract<ReceiptVerdict, { verdict: 'refused' }>): ApiError {
  const left = WRONG_RECEIPTS_LIMIT - inARow;
  const then = locked ? 'The file is locked now; ask the vendor to unlock it' : `${left} more lock the file`;
  const detail = `This is not the SHA-256 of the decrypted file. ${then}`;
  return new ApiError('receipt_wrong', detail, { members: { inARow, left } });
}
