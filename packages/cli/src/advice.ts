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
  signature_wrong: 'Sign exactly the bytes that you send: gpg --armor --detach-sign FILE',
  signature_key_unknown: 'Sign with the key that is pinned; see: seedlot factory show FACTORY',
  signature_key_replaced: 'Sign with the newest key; see: seedlot factory show FACTORY',
  report_incomplete: 'See which serials are missing: seedlot lot report LOT',
  unknown_report: 'See which parts there are: seedlot lot report LOT',
  unknown_delivery: 'See which there are: seedlot delivery list',
  unknown_serial: 'Compare it with the token; a range is written FIRST..LAST',
  unknown_shred: 'See which there are: seedlot shred list',
  receipt_wrong: 'Decrypt the file anew and hash exactly what comes out',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'Check the token: SEEDLOT_TOKEN, or the file named by --token-file',
  403: 'Use the token of somebody who may do this',
};

export function adviceFor({ code, status }: { code: string; status: number }): string | null {
  return ADVICE[code] ?? BY_STATUS[status] ?? null;
}
