import { randomBytes } from 'node:crypto';
import { refusalCode } from './client.ts';
import { awaitLot } from './lot.ts';
import type { Narration } from './narration.ts';
import type { Cast } from './run.ts';

/** A wrong receipt is refused, the right one ends the hand-over. */
export async function showReceipts(
  narration: Narration,
  cast: Cast,
  lot: string,
  sha256: string,
): Promise<void> {
  const path = `/lots/${lot}/receipt`;
  const wrong = await refusalCode(cast.factory.post(path, { sha256: randomBytes(32).toString('hex') }));
  narration.check('a wrong SHA-256 is refused, counted and recorded', wrong === 'receipt_wrong');
  await cast.factory.post(path, { sha256 });
  const { state } = await awaitLot(cast.ops, lot, answer => answer.state === 'received');
  narration.check(
    'the right SHA-256 of the decrypted file is accepted: the lot is received',
    state === 'received',
  );
}
