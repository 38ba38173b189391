/** What a person at a terminal may do about a refusal of the server, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  unknown_product: 'See which there are: seedlot product list',
  unknown_factory: 'See which there are: seedlot factory list',
  unknown_customer: 'See which there are: seedlot customer list',
  unknown_order: 'See which there are: seedlot order list',
  unknown_lot: 'See which there are: seedlot lot list',
  unknown_staff: 'See which there are: seedlot staff list',
  serials_in_use: 'Leave out --first-serial to get the next free block',
  serial_space_exhausted: 'Order fewer, or add a product with another prefix or a greater width',
  file_absent: 'Follow the lot until its file is there: seedlot lot show LOT --watch',
  file_locked: 'An approver or an admin lets receipts in again: seedlot file unlock FILE',
  receipt_wrong: 'Decrypt the file anew and hash exactly what comes out',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'Check the token: SEEDLOT_TOKEN, or the file named by --token-file',
  403: 'Use the token of somebody who may do this',
};

export function adviceFor({ code, status }: { code: string; status: number }): string | null {
  return ADVICE[code] ?? BY_STATUS[status] ?? null;
}
