import type { Effect } from './effect.ts';
import { LEASE_SECONDS, type Lease, releaseLease, renewLease } from './leases.ts';
import type { Ledger } from './ledger.ts';

/** Who holds a lease, and what else must stay in force while it does. */
export interface Holding {
  readonly ledger: Ledger;
  readonly actor: string;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Renewed in the same transaction as the lease. */
  readonly alongside?: (effect: Effect) => Promise<void>;
}

/**
 * Runs `work` while a lease is held: renewed three times in its length, given back at the end. The signal that `work`
 * gets aborts when a renewal fails for whatever reason, since from then on a shred may count on this work having ended.
 */
export async function holdLease<T>(holding: Holding, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { ledger, actor, lease, signal, alongside } = holding;
  const lost = new AbortController();
  const renew = async (effect: Effect) => {
    await renewLease(effect, lease);
    await alongside?.(effect);
  };
  const timer = setInterval(
    () => void ledger.commit(actor, renew).catch(cause => lost.abort(cause)),
    (LEASE_SECONDS * 1000) / 3,
  );
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await ledger.commit(actor, effect => releaseLease(effect, lease)).catch(leaveToEnd);
  }
}

/** The outcome of the work is what its caller must learn. A lease that could not be given back ends by itself. */
function leaveToEnd(): void {}
