import type { RootSlot } from '@seedlot/erasable';
import type { ObjectStore } from '@seedlot/object-store';
import type { Ports } from '../world/workers.ts';
import { harmedPool } from './harmed-pool.ts';
import type { Doing, Tripwire } from './tripwire.ts';

/** The ports of one process: each statement, root, object, chunk of an object or knock can be the one that is harmed. */
export function harmedPorts(ports: Ports, wire: Tripwire): Ports {
  return {
    pool: role => harmedPool(ports.pool(role), wire),
    slots: { seeds: harmedSlot(ports.slots.seeds, wire), files: harmedSlot(ports.slots.files, wire) },
    objects: harmedStore(ports.objects, wire),
    doorbell: { knock: knock => wire.around('effect', () => ports.doorbell.knock(knock)) },
    keys: ports.keys,
  };
}

export function harmedSlot(slot: RootSlot, wire: Tripwire): RootSlot {
  return {
    create: id => wire.around('effect', () => slot.create(id)),
    open: id => wire.around('look', () => slot.open(id)),
    destroy: id => wire.around('effect', () => slot.destroy(id)),
    list: () => wire.around('look', () => slot.list()),
    highWater: () => wire.around('look', () => slot.highWater()),
  };
}

function harmedStore(store: ObjectStore, wire: Tripwire): ObjectStore {
  return {
    put: (name, source, options) =>
      wire.around('effect', () => store.put(name, harmedStream('effect', source, wire), options)),
    read: (name, range) => harmedStream('look', store.read(name, range), wire),
    size: name => wire.around('look', () => store.size(name)),
    delete: name => wire.around('effect', () => store.delete(name)),
    list: prefix => store.list(prefix),
  };
}

async function* harmedStream(
  doing: Doing,
  source: AsyncIterable<Uint8Array>,
  wire: Tripwire,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    await wire.around(doing, async () => {});
    yield chunk;
  }
}
