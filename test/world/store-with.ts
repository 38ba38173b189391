import type { ObjectStore } from '@seedlot/object-store';

/** A store with some of its methods of another making. */
export function storeWith(store: ObjectStore, methods: Partial<ObjectStore>): ObjectStore {
  return {
    put: (name, source, options) => store.put(name, source, options),
    read: (name, range) => store.read(name, range),
    size: name => store.size(name),
    delete: name => store.delete(name),
    list: prefix => store.list(prefix),
    ...methods,
  };
}
