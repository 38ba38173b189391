export { ErasableError, type ErasableErrorCode } from './errors.ts';
export { FileRootSlot } from './file-root-slot.ts';
export { type ChangedBlobs, Frontier, type LoadSegment } from './frontier.ts';
export { exportIndex, type FrontierIndex, type IndexedFrontier, parseIndex } from './frontier-index.ts';
export { exportFrontier, readFrontier } from './frontier-mirror.ts';
export { type StoredFrontier, verifyFrontier } from './frontier-verify.ts';
export { Keyring } from './keyring.ts';
export { type KeySource, randomKeys } from './keyring-keys.ts';
export { exportRing, mirroredRing, parseMirror } from './keyring-mirror.ts';
export { keyOf } from './keyring-open.ts';
export {
  BUCKET_KEYS,
  type BucketId,
  type BucketRow,
  type KeyId,
  type KeyKind,
  type KeyRow,
  type KeyringRows,
  type KeyringStore,
  type KeyringTransaction,
  RING_NAMES,
  type RingName,
  type RingRows,
  type RotatedRows,
} from './keyring-rows.ts';
export type { NewKey } from './keyring-seal.ts';
export { startRing } from './keyring-start.ts';
export { type ExpectedRing, verifyMirror, verifyRing } from './keyring-verify.ts';
export { MirroredRootSlot } from './mirrored-root-slot.ts';
export { drawSeeds, pageMemory } from './random-seeds.ts';
export { type Recovery, recoverRing } from './recovery.ts';
export { assertRootId, type RootHandle, type RootId, type RootSlot } from './root-slot.ts';
export { refuseSlotInside } from './root-slot-placement.ts';
export type { Rotation } from './rotation.ts';
export type { RotationChange } from './rotation-plan.ts';
export { sealFile } from './sealed-file.ts';
export { type ByteRange, plainFileSize, sealedFileSize } from './sealed-file-format.ts';
export { openSealedFile, type SealedFileSource } from './sealed-file-reader.ts';
export { freePage, openPage, pageBytes, sealPage } from './sealed-page.ts';
export { secretMemory } from './tree-memory.ts';
export type { IndexRange } from './tree-ranges.ts';
