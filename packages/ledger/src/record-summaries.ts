import type { RecordType } from './record-types.ts';

/** What the records that a serial can meet say, in words; a name in braces is a field of the record. */
const SUMMARIES: Partial<Readonly<Record<RecordType, string>>> = {
  'order.placed': 'Reserved by {order}: {product} from {factory}, in {lot}',
  'order.cancelled': '{order} was cancelled',
  'lot.generating': 'Seeds of {lot} are being drawn',
  'lot.sealed': 'All {quantity} seeds of {lot} are drawn and sealed',
  'lot.closed': '{lot} is closed: the last of its seeds is shredded',
  'lot.lost': '{lot} was lost: {reason}',
  'file.made': '{file} was made, version {version}, for the key {recipient}',
  'file.requested': 'Factory file {request} of {lot} was asked for',
  'file.replaced': '{file} was replaced',
  'file.downloaded': '{file} was downloaded from byte {fromByte}',
  'file.locked': '{file} was locked after {wrongReceipts} wrong receipts',
  'file.unlocked': '{file} was unlocked',
  'receipt.accepted': 'The receipt for {file} was right',
  'receipt.refused': 'A receipt for {file} was wrong, {inARow} in a row',
  'report.received': '{report} of {lot} came in',
  'report.judged': '{report} says {burned} burned, {scrapped} scrapped, {samples} samples fit',
  'report.refused': '{report} was refused, with {faults} faults',
  'report.accepted': 'The report of {lot} was accepted: {burned} burned, {scrapped} scrapped',
  'serials.scrapped': 'Scrapped at the factory',
  'serials.lost': 'Lost',
  'serials.assigned': 'Assigned to {delivery}',
  'serials.voided': 'Voided: {reason}',
  'delivery.created': '{delivery} to {customer} was created, as {format}',
  'delivery.cancelled': '{delivery} was cancelled',
  'export.requested': 'Export {request} of {delivery} was asked for, as {format}',
  'retention.extended': 'May be kept until {until}',
  'shred.requested': '{shred} was asked for: {reason}',
  'shred.serials': 'Taken by {shred}',
  'shred.intent': '{shred} began: {reason}',
  'shred.completed': '{shred} is complete',
  'shred.abandoned': '{shred} was given up: {code}',
  'hold.set': '{hold} was set: {reason}',
  'hold.serials': 'Held by {hold}',
  'hold.confirmed': '{hold} was confirmed',
  'hold.lifted': '{hold} was lifted',
};

/** One line for people; a type that no serial should meet is told by its name. */
export function summaryOf(type: string, record: Readonly<Record<string, unknown>>): string {
  const summaries: Readonly<Record<string, string>> = SUMMARIES;
  return (summaries[type] ?? type).replace(/\{(\w+)\}/g, (_, name: string) => String(record[name]));
}
