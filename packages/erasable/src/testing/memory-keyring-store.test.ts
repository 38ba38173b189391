import { describeKeyringStore } from './keyring-store-conformance.ts';
import { MemoryKeyringStore } from './memory-keyring-store.ts';

describeKeyringStore('MemoryKeyringStore', async () => ({
  store: new MemoryKeyringStore('files'),
  [Symbol.asyncDispose]: async () => undefined,
}));
