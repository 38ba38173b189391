import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from './lifetime.ts';

/**
 * Calls `look` now and then about every `intervalMs` milliseconds until `signal` aborts, one call at a time. This is what
 * finds work whose knock was lost. The interval is stretched or shortened by up to a quarter, so that many processes do
 * not look at the same moment. A look that fails is reported and tried again at its next turn.
 */
export async function every(
  intervalMs: number,
  signal: AbortSignal,
  look: (signal: AbortSignal) => Promise<void>,
  report: (fault: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await look(signal);
    } catch (fault) {
      if (!signal.aborted) report(fault);
    }
    await pause(intervalMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

export interface SweeperOptions {
  readonly name: string;
  readonly intervalMs: number;
  readonly look: (signal: AbortSignal) => Promise<void>;
  readonly report: (fault: unknown) => void;
}

/** `every` as a part of a process; stopping it aborts the look that runs and waits for its end. */
export function createSweeper({ name, intervalMs, look, report }: SweeperOptions): Service {
  const stopping = new AbortController();
  let sweeping = Promise.resolve();
  return {
    name,
    start: async () => {
      sweeping = every(intervalMs, stopping.signal, look, report);
    },
    stop: () => {
      stopping.abort(new Error(`${name} stops`));
      return sweeping;
    },
  };
}
