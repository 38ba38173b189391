import { createDatabase, createPool, type ServiceRole } from '@seedlot/database';
import { Keyring, type RingName, startRing } from '@seedlot/erasable';
import { assertRootsMoved, PostgresKeyringStore, type Reader } from '@seedlot/ledger';
import type { Ring } from '@seedlot/shredder';
import type { Logins } from './databases.ts';
import type { Folders } from './folders.ts';
import { openSlot } from './slots.ts';

export type Rings = Readonly<Record<RingName, Ring>>;

/** Both rings as a role sees them, on connections that `close` ends. */
export interface OpenRings extends Rings {
  /** The database as that role sees it. */
  readonly reader: Reader;
  close(): Promise<void>;
}

export async function openRings(
  logins: Pick<Logins, 'url'>,
  folders: Slots,
  role: ServiceRole,
): Promise<OpenRings> {
  const seeds = await openSlot(folders.seedsSlot, 'seeds');
  const files = await openSlot(folders.filesSlot, 'files');
  const pool = createPool({ url: logins.url(role), applicationName: `rings of ${role}`, max: 2 });
  const reader = { sql: createDatabase(pool) };
  return {
    seeds: { keyring: new Keyring('seeds', seeds), store: new PostgresKeyringStore(reader, 'seeds') },
    files: { keyring: new Keyring('files', files), store: new PostgresKeyringStore(reader, 'files') },
    reader,
    close: () => pool.end(),
  };
}

type Slots = Pick<Folders, 'seedsSlot' | 'filesSlot'>;

/** Gives new rings their first root; refuses rings and slots that do not belong together, or do no more. */
export async function startRings({ seeds, files, reader }: OpenRings, slots: Slots): Promise<void> {
  await assertRootsMoved(reader, { seeds: slots.seedsSlot, files: slots.filesSlot });
  await startRing(seeds.keyring, seeds.store);
  await startRing(files.keyring, files.store);
}
