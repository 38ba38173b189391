import type { QueueBackend } from './backend.ts';
import { within } from './within.ts';

/** A caller that has committed its state must not wait for a queue that hangs. */
const PATIENCE_MS = 5_000;

/** Does `step`, once more on a queue that was wiped: it has lost its schema, and the first to notice makes it again. */
export function orRepaired<T>(backend: QueueBackend, step: () => Promise<T>): Promise<T> {
  const again = async () => {
    await backend.repair();
    return step();
  };
  return within(PATIENCE_MS, step().catch(again));
}
