import { text } from 'node:stream/consumers';
import { createPool } from '@seedlot/database';
import { FileRootSlot, randomKeys } from '@seedlot/erasable';
import { FolderObjectStore } from '@seedlot/object-store';
import { judge } from '@seedlot/serial-tracker';
import { workersOn } from '../world/workers.ts';

/** A process of its own, so that the limits of its heap are its limits: judges a part of a report. */
const { url, objects, slots, report } = JSON.parse(await text(process.stdin));
const pool = createPool({ url, applicationName: 'judging', role: 'seedlot_tracker' });
const { tracker } = workersOn({
  pool: () => pool,
  slots: { seeds: await FileRootSlot.at(slots.seeds), files: await FileRootSlot.at(slots.files) },
  objects: await FolderObjectStore.open(objects),
  doorbell: { knock: async () => {} },
  keys: randomKeys,
});
await judge(tracker, report, new AbortController().signal);
await pool.end();
