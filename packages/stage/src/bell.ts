import type { Doorbell as LedgerDoorbell } from '@seedlot/ledger';
import type { Doorbell } from '@seedlot/queue';

/** Workers that may make one lot at the same time, each answering a lane of its own. */
const LANES = 4;

/** The queue as the ledger rings it. */
export function bellOf(doorbell: Doorbell): LedgerDoorbell {
  return {
    knock: async knock => {
      if (knock.job === 'generate') await doorbell.knockAll('generate', lanes(knock.lot));
      else if (knock.job === 'dispatch') await doorbell.knock('dispatch', { lot: knock.lot });
      else if (knock.job === 'report') await doorbell.knock('report', { report: knock.report });
      else if (knock.job === 'export') await doorbell.knock('export', { delivery: knock.delivery });
      else await doorbell.knock(knock.job, {});
    },
  };
}

/** One knock for every worker that may help with a lot. */
export function lanes(lot: string): { lot: string; lane: number }[] {
  return Array.from({ length: LANES }, (_, lane) => ({ lot, lane }));
}
