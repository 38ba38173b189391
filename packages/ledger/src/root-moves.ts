import { RING_NAMES, type RingName, type Rotation } from '@seedlot/erasable';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { nextNumber, printId } from './ids.ts';
import type { RootChange } from './shreds.ts';

/** A root slot as an operator configures it: its address, and what kind it is, which the record may say. */
export interface NamedSlot {
  readonly address: string;
  readonly adapter: string;
}

/** A move of a ring from one slot to another. */
export interface RootMove {
  readonly id: string;
  readonly ring: RingName;
  readonly from: NamedSlot;
  readonly to: NamedSlot;
  /** Null until the ring is in the new slot; from then on only the end of the move is left. */
  readonly root: RootChange | null;
  readonly completed: boolean;
}

/** The last move of a ring that was not given up. */
export async function latestRootMove(reader: Reader, ring: RingName): Promise<RootMove | null> {
  const { rows } = await sql<RootMove>`
    select id, ring,
      jsonb_build_object('address', from_slot, 'adapter', from_adapter) as "from",
      jsonb_build_object('address', to_slot, 'adapter', to_adapter) as "to",
      case when root_to is not null then jsonb_build_object('from', root_from, 'to', root_to) end as root,
      completed_at is not null as completed
    from root_moves where ring = ${ring} and abandoned_at is null order by id desc limit 1`.execute(
    reader.sql,
  );
  return rows[0] ?? null;
}

/**
 * Refuses to work on slots that a ring has left. Throws `root_move_unfinished` when a ring is in its new slot and the old
 * root may still exist: a shred now would leave that root, under which old backups have what it shredded. Throws
 * `root_slot_moved` when `addresses` still has the slot that the last move ended.
 */
export async function assertRootsMoved(
  reader: Reader,
  addresses: Readonly<Record<RingName, string>>,
): Promise<void> {
  for (const ring of RING_NAMES) {
    const move = await latestRootMove(reader, ring);
    if (move === null || move.root === null) continue;
    if (!move.completed) throw unfinished(move);
    if (move.from.address !== addresses[ring]) continue;
    throw new LedgerError(
      'root_slot_moved',
      `The roots of the ring ${ring} were moved to ${move.to.address}`,
    );
  }
}

/**
 * The intent to move a ring, before anything is made in the new slot. A move of the same ring to another slot that has
 * not changed its root is given up. The caller holds the ring's lock. Throws `root_move_unfinished` when it has.
 */
export async function beginRootMove(
  effect: Effect,
  ring: RingName,
  from: NamedSlot,
  to: NamedSlot,
): Promise<RootMove> {
  await abandonOpen(effect, ring);
  const id = printId('root-move', await nextNumber(effect, 'root_move_numbers'));
  const slots = { from_slot: from.address, to_slot: to.address };
  const adapters = { from_adapter: from.adapter, to_adapter: to.adapter };
  await effect.sql
    .insertInto('root_moves')
    .values({ id, ring, ...slots, ...adapters })
    .execute();
  await effect.record('root-move.begun', { rootMove: id, ring, from: from.adapter, to: to.adapter });
  return { id, ring, from, to, root: null, completed: false };
}

async function abandonOpen(effect: Effect, ring: RingName): Promise<void> {
  const open = await latestRootMove(effect, ring);
  if (open === null || open.completed) return;
  if (open.root !== null) throw unfinished(open);
  await sql`update root_moves set abandoned_at = now() where id = ${open.id}`.execute(effect.sql);
  await effect.record('root-move.abandoned', { rootMove: open.id, ring });
}

/** In the transaction of the rotation: from its commit on the ring is in the new slot. */
export async function noteMovedRoot(effect: Effect, move: RootMove, root: Rotation): Promise<void> {
  await sql`update root_moves set root_from = ${root.from}, root_to = ${root.to} where id = ${move.id}`.execute(
    effect.sql,
  );
}

/** After the old roots are destroyed; a move that somebody else has completed stays as it is. */
export async function completeRootMove(effect: Effect, { id, ring, root }: RootMove): Promise<void> {
  const { numAffectedRows } = await sql`
    update root_moves set completed_at = now() where id = ${id} and completed_at is null`.execute(effect.sql);
  if (numAffectedRows === 1n) await effect.record('root-move.completed', { rootMove: id, ring, root });
}

function unfinished({ ring, to }: RootMove): LedgerError {
  const message = `The ring ${ring} is half-way to the slot ${to.address}: finish that move first`;
  return new LedgerError('root_move_unfinished', message);
}
