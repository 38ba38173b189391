import type { Keyring, KeyringStore, KeySource, RingName } from '@seedlot/erasable';
import type { Ledger, Shred } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';

/** One ring: its keys under their slot, and its rows in the database, each transaction on a connection of its own. */
export interface Ring {
  readonly keyring: Keyring;
  readonly store: KeyringStore;
}

/** Looks at shreds from a process that took no part in them. Throws `self_check_failed`. */
export type SelfCheck = (shreds: readonly Shred[]) => Promise<void>;

export interface ShredParts {
  readonly ledger: Ledger;
  readonly rings: Readonly<Record<RingName, Ring>>;
  readonly objects: ObjectStore;
  /** Where the keys of punctured frontiers come from. */
  readonly keys: KeySource;
  readonly selfCheck: SelfCheck;
}
