import { currentFile, loseLot, recordReceipt, remakeFactoryFile, unlockFile } from '@seedlot/ledger';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage, asItIs } from './lists.ts';
import { lotFor, lotsFor } from './own-lots.ts';
import { wrongReceipt } from './wrong-receipt.ts';

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
  remakeFactoryFile: effect('remakeFactoryFile', async (open, { params: { lot } }) => {
    await remakeFactoryFile(open, lot);
    return { lot };
  }),
  loseLot: effect('loseLot', async (open, { params: { lot }, body }) => ({
    lot,
    ...(await loseLot(open, lot, body.reason)),
  })),
  unlockFile: effect('unlockFile', async (open, { params: { file } }) => {
    await unlockFile(open, file);
    return { file };
  }),
};
