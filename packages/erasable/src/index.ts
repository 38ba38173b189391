export { ErasableError, type ErasableErrorCode } from './errors.ts';
export { FileRootSlot } from './file-root-slot.ts';
export { type KeySource, randomKeys } from './keyring-keys.ts';
export { MirroredRootSlot } from './mirrored-root-slot.ts';
export type { RootHandle, RootId, RootSlot } from './root-slot.ts';
export { refuseSlotInside } from './root-slot-placement.ts';
