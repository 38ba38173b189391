import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from './logger.ts';

/**
 * Calls `look` now and then about every `intervalMs` milliseconds until `signal` aborts, one call at a time. This is what
 * finds work whose knock was lost. The interval is stretched or shortened by up to a quarter, so that many processes do
 * not look at the same moment. A look that fails is logged and tried again at its next turn.
 */
export async function every(
  intervalMs: number,
  signal: AbortSignal,
  log: Pick<Log, 'error'>,
  look: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await look();
    } catch (fault) {
      if (!signal.aborted) log.error({ err: fault }, 'a sweep failed');
    }
    await pause(intervalMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}
