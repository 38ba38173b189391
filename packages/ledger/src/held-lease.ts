import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
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

/** Milliseconds from a grant or renewal until work must have ended: a second less than the lease, for the way there. */
const WORK_MS = (LEASE_SECONDS - 1) * 1000;

/**
 * Runs `work` while a lease is held: renewed three times in its length, given back at the end. The signal that `work`
 * gets aborts when a renewal fails for whatever reason, and when none has been answered in time, since from the end of
 * the lease on a shred may count on this work having stopped.
 */
export async function holdLease<T>(holding: Holding, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { ledger, actor, lease, signal } = holding;
  const lost = new AbortController();
  const stop = renewUntilLost(holding, lost);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    stop();
    await ledger.commit(actor, effect => releaseLease(effect, lease)).catch(leaveToEnd);
  }
}

/** Renews until it is told to stop. A renewal counts from the moment that it was asked for, by this process's clock. */
function renewUntilLost({ ledger, actor, lease, alongside }: Holding, lost: AbortController): () => void {
  const ended = () =>
    lost.abort(
      new LedgerError('lease_ended', `The lease on ${lease.lots.join(', ')} was not renewed in time`),
    );
  const renew = async (effect: Effect) => {
    await renewLease(effect, lease);
    await alongside?.(effect);
  };
  let stopped = false;
  let deadline = setTimeout(ended, WORK_MS);
  const timer = setInterval(() => {
    const asked = performance.now();
    ledger.commit(actor, renew).then(
      () => {
        clearTimeout(deadline);
        if (!stopped) deadline = setTimeout(ended, asked + WORK_MS - performance.now());
      },
      cause => lost.abort(cause),
    );
  }, WORK_MS / 3);
  return () => {
    stopped = true;
    clearInterval(timer);
    clearTimeout(deadline);
  };
}

/** The outcome of the work is what its caller must learn. A lease that could not be given back ends by itself. */
function leaveToEnd(): void {}
