import { beat, enterWorker, type Ledger, leaveWorker } from '@seedlot/ledger';
import type { Log } from '@seedlot/service-kit';

export interface PresenceParts {
  readonly ledger: Ledger;
  readonly log: Log;
  /** Names this process among the workers. */
  readonly holder: string;
}

/** That a worker is there, for whoever looks at the system. */
export interface Presence {
  enter(): Promise<void>;
  beat(): Promise<void>;
  leave(): Promise<void>;
}

/** What others see of a worker. One that cannot say that it leaves is seen as late, and forgotten after a day. */
export function presenceOf({ ledger, log, holder }: PresenceParts, actor: string): Presence {
  const worker = { service: actor.replace(/^service:/, ''), holder };
  return {
    enter: () => ledger.commit(actor, effect => enterWorker(effect, worker)),
    beat: () => ledger.commit(actor, effect => beat(effect, worker)),
    leave: () =>
      ledger
        .commit(actor, effect => leaveWorker(effect, worker))
        .catch(err => log.warn({ err }, 'a worker that stopped is still listed')),
  };
}
