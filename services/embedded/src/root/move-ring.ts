import { createDatabase, createPool } from '@seedlot/database';
import type { RingName } from '@seedlot/erasable';
import { Ledger, latestRootMove, type RootMove } from '@seedlot/ledger';
import { FolderObjectStore } from '@seedlot/object-store';
import type { Lifetime } from '@seedlot/service-kit';
import { moveRoot } from '@seedlot/shredder';
import { type Logins, openDatabases } from '../databases.ts';
import { EmbeddedError } from '../errors.ts';
import { type Folders, refuseFoldersInside } from '../folders.ts';
import { startPostgres } from '../postgres.ts';
import { openRings } from '../rings.ts';
import { adapterOf, type SlotAddress, slotParts } from '../slot-address.ts';
import { openPart, openSlot } from '../slots.ts';

/** What the address of each ring's slot is called among the folders of an installation. */
const SLOT_OF = { seeds: 'seedsSlot', files: 'filesSlot' } as const;

/**
 * Moves a ring of an installation that does not run: it starts PostgreSQL itself, which another process that uses the
 * data folder keeps it from. Throws `data_folder_in_use`, `arguments_invalid`, and whatever the slots throw.
 */
export async function moveRing(
  life: Lifetime,
  folders: Folders,
  ring: RingName,
  to: SlotAddress,
): Promise<RootMove> {
  await refuseFoldersInside(folders.data, to);
  const postgres = await startPostgres({ folder: folders.postgres });
  life.onEnd('postgres', () => postgres.stop());
  const logins = await openDatabases(postgres);
  const ledger = openLedger(life, logins);
  const last = await latestRootMove(ledger, ring);
  // Run again, whatever the configuration names by now.
  const isAgain = last !== null && last.to.address === to;
  if (isAgain && last.completed) return last;
  const from = isAgain ? last.from.address : folders[SLOT_OF[ring]];
  assertOther(ring, from, to);
  const rings = await openRings(logins, { ...folders, [SLOT_OF[ring]]: from }, 'seedlot_shredder');
  life.onEnd('rings', () => rings.close());
  return moveRoot(
    {
      ledger,
      rings,
      objects: await FolderObjectStore.open(folders.objects),
      ring,
      from: { address: from, adapter: adapterOf(from) },
      to: { address: to, adapter: adapterOf(to), slot: await openSlot(to, ring) },
      added: await Promise.all(addedParts(from, to).map(part => openPart(part, ring))),
    },
    life.signal,
  );
}

function openLedger(life: Lifetime, logins: Logins): Ledger {
  const pool = createPool({ url: logins.url('seedlot_shredder'), applicationName: 'seedlot root move' });
  life.onEnd('connections', () => pool.end());
  return new Ledger({
    database: createDatabase(pool),
    doorbell: { knock: async () => {} },
    onLostKnock: () => {},
  });
}

function addedParts(from: SlotAddress, to: SlotAddress) {
  const known = new Set(slotParts(from).map(part => JSON.stringify(part)));
  return slotParts(to).filter(part => !known.has(JSON.stringify(part)));
}

function assertOther(ring: RingName, from: SlotAddress, to: SlotAddress): void {
  if (addedParts(from, to).length > 0 || addedParts(to, from).length > 0) return;
  throw new EmbeddedError('arguments_invalid', `The roots of the ring ${ring} are in this slot already`);
}
