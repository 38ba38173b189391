import type { ObjectStore } from '@seedlot/object-store';
import { storeWith } from '../world/store-with.ts';

/** Calls `first` once, in the middle of the first file's way into the store; of the first below `prefix`. */
export function whileStoring(
  objects: ObjectStore,
  first: () => Promise<void>,
  prefix = 'files/',
): ObjectStore {
  let isFirst = true;
  return storeWith(objects, {
    put: async (name, source, options) => {
      if (isFirst && name.startsWith(prefix)) {
        isFirst = false;
        await first();
      }
      return objects.put(name, source, options);
    },
  });
}
