import type { Ledger, Step } from '@seedlot/ledger';
import type { JobName } from '@seedlot/queue';
import { createLogger } from '@seedlot/service-kit';
import { answer, type Stage } from '@seedlot/stage';
import type { Workers } from './workers.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const never = new AbortController().signal;

/** More rounds than any lot needs: a step that stays due for ever is a fault. */
const ROUNDS = 20;

/** Looks wherever something is due, in turn, until nothing is: what sweeps do, without the time between them. */
export async function drain(workers: Workers): Promise<void> {
  const { generator, dispatcher, tracker, exporter, shredder, generate, dispatch, shred } = workers;
  for (let round = 0; round < ROUNDS; round++) {
    const looked =
      (await lookAround(generator.ledger, generate)) +
      (await lookAround(dispatcher.ledger, dispatch)) +
      (await lookAround(tracker.ledger, workers.report)) +
      (await lookAround(exporter.ledger, workers.export)) +
      (await lookAround(shredder.ledger, shred));
    await lookAround(workers.notary.ledger, workers.publish);
    if (looked === 0) return;
  }
  throw new Error(`something is still due after ${ROUNDS} rounds`);
}

/** One sweep of one stage, and a look at all that it finds due; resolves to how much that was. */
export async function lookAround<Name extends JobName & Step>(
  ledger: Ledger,
  stage: Stage<Name>,
): Promise<number> {
  const due = await stage.due();
  for (const data of due) await answer({ ledger, log }, stage, data, never);
  await stage.tidy?.();
  return due.length;
}
