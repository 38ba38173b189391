import { text } from 'node:stream/consumers';
import { createPool } from '@seedlot/database';
import { FileRootSlot, randomKeys } from '@seedlot/erasable';
import { dispatchLot } from '@seedlot/factory-dispatcher';
import { FolderObjectStore } from '@seedlot/object-store';
import { workersOn } from '../world/workers.ts';

/** A process of its own, so that the limits of its shell are its limits: dispatches a lot, prints how that ended. */
const { url, objects, slots, lot } = JSON.parse(await text(process.stdin));
const pool = createPool({ url, applicationName: 'dispatching', role: 'seedlot_dispatcher' });
const { dispatcher } = workersOn({
  pool: () => pool,
  slots: { seeds: await FileRootSlot.at(slots.seeds), files: await FileRootSlot.at(slots.files) },
  objects: await FolderObjectStore.open(objects),
  doorbell: { knock: async () => {} },
  keys: randomKeys,
});
const code = await dispatchLot(dispatcher, lot, new AbortController().signal).then(
  () => 'dispatched',
  fault => fault.code,
);
await pool.end();
process.stdout.write(code);
