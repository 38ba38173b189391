import type { Effect } from './effect.ts';
import type { RECORD_TYPES, RecordType } from './record-types.ts';
import { runsIn } from './recover-blocks.ts';
import {
  assignAgain,
  cancelAgain,
  deliverAgain,
  putDelivery,
  putDeliveryState,
  wantExport,
} from './recover-deliveries.ts';
import { confirmAgain, liftAgain, putHold, putHoldSerials } from './recover-holds.ts';
import { extendAgain, putCustody, putCustodyOfLot, putLotState, wantFactoryFile } from './recover-lots.ts';
import {
  putCustomer,
  putFactory,
  putFileDays,
  putKey,
  putOrder,
  putProduct,
  putStaff,
} from './recover-nouns.ts';

import { abandonAgain, completeAgain, putShred, putShredSerials } from './recover-shreds.ts';

/** What a published record says that happened, and that the database does not know. */
export interface PastEffect {
  readonly type: RecordType;
  readonly fields: Record<string, unknown>;
  readonly actor: string;
  readonly at: Date;
}

type Fields<T extends RecordType> = ReturnType<(typeof RECORD_TYPES)[T]['parse']>;
type Repeat<T extends RecordType> = (effect: Effect, fields: Fields<T>, past: PastEffect) => Promise<void>;

/**
 * What is repeated of the past: serials stay reserved, their custody and deliveries known, shreds done. What no record
 * holds (names, keys, tokens, stored files) stays lost; the state that this leaves asks for it anew.
 */
const REPEATS: { readonly [T in RecordType]?: Repeat<T> } = {
  'staff.added': (effect, { staff, role }) => putStaff(effect, staff, role),
  'product.added': (effect, product) => putProduct(effect, product),
  'factory.added': (effect, factory) => putFactory(effect, factory),
  'factory.changed': (effect, { factory, fileDays }) => putFileDays(effect, factory, fileDays),
  'retention.extended': (effect, extended) => extendAgain(effect, extended),
  'customer.added': (effect, { customer, fingerprint }) => putCustomer(effect, customer, fingerprint),
  'key.replaced': (effect, { holder, fingerprint }) => putKey(effect, holder, fingerprint),
  'order.placed': (effect, order, past) => putOrder(effect, order, past),
  'order.cancelled': (effect, { lot }, { at }) => putLotState(effect, lot, 'cancelled', at),
  'lot.closed': (effect, { lot }, { at }) => putLotState(effect, lot, 'closed', at),
  'file.requested': (effect, { lot, request }) => wantFactoryFile(effect, lot, request),
  'lot.lost': async (effect, { lot }, { at }) => {
    await putLotState(effect, lot, 'lost', at);
    await putCustodyOfLot(effect, lot, 'lost');
  },
  'file.downloaded': async (effect, { delivery }, { at }) => {
    if (delivery !== undefined) await deliverAgain(effect, delivery, at);
  },
  'receipt.accepted': async (effect, { lot, delivery }, { at }) => {
    if (delivery !== undefined) await putDeliveryState(effect, delivery, 'received', at);
    if (lot === undefined) return;
    await putLotState(effect, lot, 'received', at);
    await putCustodyOfLot(effect, lot, 'dispatched');
  },
  'report.accepted': async (effect, { lot }, { at }) => {
    await putLotState(effect, lot, 'produced', at);
    await putCustodyOfLot(effect, lot, 'burned');
  },
  'serials.scrapped': (effect, fields) => putCustody(effect, runsIn(fields), 'scrapped'),
  'serials.lost': (effect, fields) => putCustody(effect, runsIn(fields), 'lost'),
  'serials.voided': (effect, fields) => putCustody(effect, runsIn(fields), 'void'),
  'delivery.created': (effect, delivery, past) => putDelivery(effect, delivery, past),
  'serials.assigned': (effect, fields) => assignAgain(effect, fields.delivery, runsIn(fields)),
  'delivery.cancelled': (effect, { delivery }, { at }) => cancelAgain(effect, delivery, at),
  'export.requested': (effect, request) => wantExport(effect, request),
  'shred.requested': (effect, shred, { at }) => putShred(effect, shred, at, false),
  'shred.serials': (effect, fields) => putShredSerials(effect, fields.shred, runsIn(fields)),
  'shred.intent': (effect, shred, { at }) => putShred(effect, shred, at, true),
  'shred.completed': (effect, done, { at }) => completeAgain(effect, done, at),
  'shred.abandoned': (effect, { shred }, { at }) => abandonAgain(effect, shred, at),
  'hold.set': (effect, hold, past) => putHold(effect, hold, past),
  'hold.serials': (effect, fields) => putHoldSerials(effect, fields.hold, runsIn(fields)),
  'hold.confirmed': (effect, { hold }, past) => confirmAgain(effect, hold, past),
  'hold.lifted': (effect, { hold }, { at }) => liftAgain(effect, hold, at),
};

/** Repeats the effect of a published record, as far as its kind has one here. */
export async function repeatEffect(effect: Effect, past: PastEffect): Promise<void> {
  const repeat = REPEATS[past.type] as
    | ((effect: Effect, fields: object, past: PastEffect) => Promise<void>)
    | undefined;
  await repeat?.(effect, past.fields, past);
}
