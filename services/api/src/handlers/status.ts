import { showStatus } from '@seedlot/ledger';
import type { Door } from '../door.ts';
import { read } from './handler.ts';

export const status = {
  showStatus: read('showStatus', async (_, __, { ledger, queue, log }) => ({
    ...(await showStatus(ledger)),
    queue: await gauge(queue, log),
  })),
};

/** A queue that does not answer delays work, and is no reason to tell nothing. */
async function gauge(queue: Door['queue'], log: Door['log']) {
  const { kind } = queue;
  try {
    return { kind, reachable: true, jobs: await queue.count() };
  } catch (err) {
    log.warn({ err }, 'the jobs of the queue cannot be counted');
    return { kind, reachable: false, jobs: null };
  }
}
