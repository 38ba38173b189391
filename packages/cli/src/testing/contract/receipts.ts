import { expect, it } from 'vitest';
import * as views from '../../client/views.ts';
import { type Asking, post, read, refusalOf } from './asking.ts';

export function receipts({ send, subject }: Asking): void {
  const give = (sha256: string) =>
    send(`/lots/${subject().lot}/receipt`, post({ sha256 }), subject().tokens.factory);

  it('that are wrong are counted, lock the file, and are let in again by an admin', async () => {
    for (const left of [4, 3, 2, 1, 0]) {
      const refusal = await refusalOf(await give('0'.repeat(64)));
      expect(refusal.problem).toMatchObject({ status: 422, code: 'receipt_wrong', inARow: 5 - left, left });
    }
    const locked = await refusalOf(await give(subject().decryptedSha256));
    expect(locked.problem).toMatchObject({ status: 423, code: 'file_locked' });
    const { file } = await read(await send(`/lots/${subject().lot}`), views.lotView);
    const unlocked = await send(`/files/${file?.file}/unlock`, post({}), subject().tokens.admin);
    expect(await read(unlocked, views.fileUnlocked)).toEqual({ file: file?.file });
  });

  it('that are right are accepted', async () => {
    const response = await give(subject().decryptedSha256);
    expect(await read(response, views.receiptAccepted)).toMatchObject({
      lot: subject().lot,
      verdict: 'accepted',
    });
  });
}
