import { FileRootSlot, MirroredRootSlot, type RingName, type RootSlot } from '@seedlot/erasable';
import { Pkcs11RootSlot } from '@seedlot/pkcs11-slot';
import { type SlotAddress, type SlotPart, slotParts } from './slot-address.ts';

/**
 * The slot of a ring at its address. Throws what keeps a part of it from being used: one after the other, since two
 * attempts with a wrong PIN would bring a token nearer to locking itself.
 */
export async function openSlot(address: SlotAddress, ring: RingName): Promise<RootSlot> {
  const slots: RootSlot[] = [];
  for (const part of slotParts(address)) slots.push(await openPart(part, ring));
  const [slot, ...more] = slots;
  return slot !== undefined && more.length === 0 ? slot : new MirroredRootSlot(slots);
}

/** One part of a slot; see `openSlot`. */
export function openPart(part: SlotPart, ring: RingName): Promise<RootSlot> {
  return part.kind === 'file'
    ? FileRootSlot.at(part.folder)
    : Pkcs11RootSlot.at(part.token, ring, process.env);
}
