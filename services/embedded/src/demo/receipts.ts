import { randomBytes } from 'node:crypto';
import { type Client, refusalCode } from './client.ts';
import type { Narration } from './narration.ts';

/** A wrong receipt for `path`, a lot or a delivery, is refused; the right one ends the hand-over. */
export async function showReceipts(
  narration: Narration,
  recipient: Client,
  path: string,
  sha256: string,
): Promise<void> {
  const wrong = recipient.post(`${path}/receipt`, { sha256: randomBytes(32).toString('hex') });
  narration.check(
    'a wrong SHA-256 is refused, counted and recorded',
    (await refusalCode(wrong)) === 'receipt_wrong',
  );
  await recipient.post(`${path}/receipt`, { sha256 });
  const { state } = await recipient.get<{ state: string }>(path);
  narration.check(`the right SHA-256 of the decrypted file is accepted: ${state}`, state === 'received');
}
