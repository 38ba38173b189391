export { ObjectStoreError, type ObjectStoreErrorCode } from './errors.ts';
export { FolderObjectStore } from './folder-store.ts';
export { assertObjectName } from './object-name.ts';
export type { ByteRange, ObjectStore, StoredObject } from './object-store.ts';
