import { type ReceiptVerdict, WRONG_RECEIPTS_LIMIT } from '@seedlot/ledger';
import { ApiError } from '../errors.ts';

/** Returned, not thrown: that it was wrong is counted and recorded. */
export function wrongReceipt({ inARow, locked }: Extract<ReceiptVerdict, { verdict: 'refused' }>): ApiError {
  const left = WRONG_RECEIPTS_LIMIT - inARow;
  const then = locked ? 'The file is locked now; ask the vendor to unlock it' : `${left} more lock the file`;
  const detail = `This is not the SHA-256 of the decrypted file. ${then}`;
  return new ApiError('receipt_wrong', detail, { members: { inARow, left } });
}
