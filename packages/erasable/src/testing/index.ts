/** What tests of other packages need to put the erasable store under attack. */
export { adversaryOpens, fingerprint, type Loot } from './adversary.ts';
export { copyingStore } from './copying-store.ts';
export { describeKeyringStore, type StoreUnderTest } from './keyring-store-conformance.ts';
export { MemoryKeyringStore } from './memory-keyring-store.ts';
export { MemoryRootSlot } from './memory-root-slot.ts';
export { Death, MortalProcess } from './mortal-process.ts';
export { refusal } from './refusal.ts';
export { RingScene } from './ring-scene.ts';
export {
  addFreshKey,
  finishShred,
  type Mirrors,
  type Parts,
  recover,
  shredKeys,
} from './ring-under-test.ts';
export { describeRootSlot, type SlotUnderTest } from './root-slot-conformance.ts';
export { slotWith } from './slot-with.ts';
