import { type Ledger, LedgerError, type LedgerErrorCode, recordFailure, type Step } from '@seedlot/ledger';
import { createWorker, type Doorbell, type JobData, type JobName, type QueueBackend } from '@seedlot/queue';
import { every, type Log } from '@seedlot/service-kit';
import { presenceOf } from './presence.ts';

/** A step in the life of a lot: what is due, and how one looks after it. Looking twice has one effect. */
export interface Stage<Name extends JobName & Step> {
  readonly job: Name;
  readonly actor: string;
  /** What failures are remembered for: a lot, mostly. */
  readonly subject: (data: JobData<Name>) => string;
  /** By state in PostgreSQL, failures that back off left out. */
  readonly due: () => Promise<JobData<Name>[]>;
  /**
   * Does all that is due for `data`, re-reading before it ends. Stops at the next safe point once `signal` aborts. May
   * throw a LedgerError of NOTHING_DUE, which only says that nothing was to be done.
   */
  readonly look: (data: JobData<Name>, signal: AbortSignal) => Promise<void>;
  /** Clears away what ended work has left, at every sweep, after what is due was knocked for. */
  readonly tidy?: () => Promise<void>;
}

export interface StageParts {
  readonly ledger: Ledger;
  readonly queue: QueueBackend;
  readonly doorbell: Doorbell;
  readonly log: Log;
  /** Names this process among the workers. */
  readonly holder: string;
  /** Milliseconds between two sweeps of the due state. */
  readonly sweepEvery: number;
  /** Jobs at a time in this process. */
  readonly concurrency: number;
}

export interface RunningStage {
  /** Takes no new job, finishes or gives back the current ones. */
  stop(): Promise<void>;
}

/** Answers knocks, and sweeps the due state by itself, so that a queue that loses everything only costs time. */
export async function runStage<Name extends JobName & Step>(
  parts: StageParts,
  stage: Stage<Name>,
): Promise<RunningStage> {
  const { queue, doorbell, log, sweepEvery, concurrency } = parts;
  const stopping = new AbortController();
  const presence = presenceOf(parts, stage.actor);
  await presence.enter();
  const worker = await createWorker(queue, stage.job, (data, signal) => answer(parts, stage, data, signal), {
    concurrency,
  });
  const sweeping = every(sweepEvery, stopping.signal, log, async () => {
    await presence.beat();
    await doorbell.knockAll(stage.job, await stage.due());
    await stage.tidy?.();
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([sweeping, worker.close()]);
      await presence.leave();
    },
  };
}

const NOTHING_DUE: readonly LedgerErrorCode[] = ['lot_not_due', 'delivery_not_due'];

/** Answers one knock: looks, and remembers in PostgreSQL a failure, which it throws again for the queue. */
export async function answer<Name extends JobName & Step>(
  { ledger, log }: Pick<StageParts, 'ledger' | 'log'>,
  stage: Stage<Name>,
  data: JobData<Name>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await stage.look(data, signal);
  } catch (cause) {
    if (cause instanceof LedgerError && NOTHING_DUE.includes(cause.code)) return;
    if (signal.aborted) throw cause;
    const subject = stage.subject(data);
    const code = codeOf(cause);
    log.warn({ step: stage.job, subject, code, err: cause }, 'a step failed and will be tried again');
    await ledger.commit(stage.actor, effect => recordFailure(effect, stage.job, subject, code));
    throw cause;
  }
}

/** The stable code of an error, for people who look at the lot; its message goes to the log only. */
function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'unexpected';
}
