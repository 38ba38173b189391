import { setTimeout as pause } from 'node:timers/promises';
import type { RingName, RootId } from '@seedlot/erasable';
import { hasOlderLeases, LEASE_SECONDS, type Ledger } from '@seedlot/ledger';
import { ShredderError } from './errors.ts';

const POLL_MS = 250;

/**
 * Waits until no work from before `epoch` may still hold what the old root opened. A lease ends by itself within
 * LEASE_SECONDS of its last renewal, a renewal enters the new epoch, and one of a lot that is being shredded is
 * refused: so this ends in time, or throws `leases_not_ended` and the old root stays.
 */
export async function awaitOlderLeases(
  ledger: Ledger,
  ring: RingName,
  epoch: RootId,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited <= 2 * LEASE_SECONDS * 1000; waited += POLL_MS) {
    if (!(await hasOlderLeases(ledger, ring, epoch))) return;
    await pause(POLL_MS, undefined, { signal });
  }
  throw new ShredderError(
    'leases_not_ended',
    `Work still holds leases on the ring ${ring} from before epoch ${epoch}`,
  );
}
