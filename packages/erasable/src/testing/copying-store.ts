import type { KeyringStore, KeyringTransaction, RingRows } from '../keyring-rows.ts';

/** A store that keeps a copy of its rows after every write, committed or not, as write-ahead logs and backups do. */
export function copyingStore(store: KeyringStore, copies: RingRows[]): KeyringStore {
  return {
    ring: store.ring,
    epoch: () => store.epoch(),
    found: () => store.found(),
    find: ids => store.find(ids),
    snapshot: ids => store.snapshot(ids),
    transaction: (lock, work) => store.transaction(lock, ring => work(copyingTransaction(ring, copies))),
  };
}

function copyingTransaction(ring: KeyringTransaction, copies: RingRows[]): KeyringTransaction {
  const copied = async (write: Promise<void>) => {
    await write;
    copies.push(await ring.snapshot('all'));
  };
  return {
    ring: ring.ring,
    lock: ring.lock,
    epoch: ring.epoch,
    find: ids => ring.find(ids),
    snapshot: ids => ring.snapshot(ids),
    keysIn: buckets => ring.keysIn(buckets),
    claimBucket: () => ring.claimBucket(),
    insertBucket: bucket => copied(ring.insertBucket(bucket)),
    insertKey: key => copied(ring.insertKey(key)),
    replace: rows => copied(ring.replace(rows)),
  };
}
