import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { lotSchema } from '../routes/answers.ts';

type Lot = z.output<typeof lotSchema>;

/** Milliseconds between two looks at the state, which is in PostgreSQL and nowhere else. */
const POLL_MS = 250;

/** Milliseconds of silence after which a comment shows that the connection lives. */
const HEARTBEAT_MS = 10_000;

/** States in which a lot has nothing left that its watchers wait for. */
const ENDED: ReadonlySet<Lot['state']> = new Set(['received', 'produced', 'closed', 'cancelled', 'lost']);

/**
 * A lot as server-sent events (HTML Living Standard section 9.2): the whole state whenever it has changed, so that a
 * missed event does no harm. The id is a digest of the state: one that the client has, `lastEventId`, is not repeated.
 * Ends when the file may be downloaded or the lot has ended, and quietly when `signal` aborts.
 */
export async function* lotEvents(
  look: () => Promise<Lot>,
  { lastEventId, signal }: { lastEventId: string | undefined; signal: AbortSignal },
): AsyncGenerator<string, void, void> {
  let known = lastEventId;
  let spokenAt = performance.now();
  while (!signal.aborted) {
    const lot = await look();
    const data = JSON.stringify(lot);
    const id = createHash('sha256').update(data).digest('hex').slice(0, 16);
    const silent = performance.now() - spokenAt > HEARTBEAT_MS;
    if (id !== known || silent) {
      yield id === known ? ':\n\n' : `event: lot\nid: ${id}\ndata: ${data}\n\n`;
      known = id;
      spokenAt = performance.now();
    }
    if (isSettled(lot)) return;
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function isSettled({ state, file }: Lot): boolean {
  return ENDED.has(state) || (state === 'dispatched' && file?.published === true);
}
