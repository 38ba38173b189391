import { sql } from 'kysely';
import type { Ledger } from './ledger.ts';
import { atOneMoment } from './snapshot.ts';
import { readCounts, type StatusCounts } from './status-counts.ts';
import { type DueStep, dueSteps, type Listing, type OpenShred, openShredSteps } from './status-due.ts';
import {
  type AwaitedReport,
  awaitedReports,
  type FileOut,
  receiptsOut,
  unfetchedFiles,
} from './status-people.ts';
import {
  type CapAhead,
  capsAhead,
  readShredder,
  type ShredderState,
  type TermlessLot,
  termlessLots,
} from './status-retention.ts';
import { type NotaryState, readNotary, readWorkers, type WorkerView } from './status-workers.ts';

/** Where the whole system stands, as of one moment; lists hold the oldest first. */
export interface Status extends StatusCounts {
  /** The database's time. */
  readonly at: Date;
  readonly due: Listing<DueStep>;
  readonly shreds: Listing<OpenShred>;
  /** What waits for people: reports for ops, files for who downloads them, receipts for who has. */
  readonly reports: Listing<AwaitedReport>;
  readonly unfetched: Listing<FileOut>;
  readonly receipts: Listing<FileOut>;
  /** Caps within a month, and lots that nothing ends. */
  readonly caps: Listing<CapAhead>;
  readonly termless: Listing<TermlessLot>;
  readonly shredder: ShredderState;
  readonly workers: readonly WorkerView[];
  readonly notary: NotaryState;
}

export function showStatus(ledger: Ledger): Promise<Status> {
  return atOneMoment(ledger, async reader => {
    const { rows } = await sql<{ at: Date }>`select now() as at`.execute(reader.sql);
    return {
      at: rows[0]?.at ?? new Date(Number.NaN),
      ...(await readCounts(reader)),
      due: await dueSteps(reader),
      shreds: await openShredSteps(reader),
      reports: await awaitedReports(reader),
      unfetched: await unfetchedFiles(reader),
      receipts: await receiptsOut(reader),
      caps: await capsAhead(reader),
      termless: await termlessLots(reader),
      shredder: await readShredder(reader),
      workers: await readWorkers(reader),
      notary: await readNotary(reader),
    };
  });
}
