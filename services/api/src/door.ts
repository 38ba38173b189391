import type { Keyring } from '@seedlot/erasable';
import type { Caller, Ledger } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import type { Log } from '@seedlot/service-kit';
import type { Route } from './routes/route.ts';
import type { Places } from './streams/places.ts';

/** How many jobs a queue has of each name, by where they stand. */
export type JobCounts = Readonly<
  Record<string, { readonly waiting: number; readonly active: number; readonly delayed: number }>
>;

/** The queue as `GET /v1/status` shows it. */
export interface QueueGauge {
  /** The technology, in a word. */
  readonly kind: string;
  /** Rejects, soon, when the queue does not answer. */
  count(): Promise<JobCounts>;
}

/** What the API is made of. It can open the files ring, to serve downloads, and cannot read the seeds ring. */
export interface ApiParts {
  /** With the database role seedlot_api. */
  readonly ledger: Ledger;
  readonly filesRing: Keyring;
  readonly objects: ObjectStore;
  readonly queue: QueueGauge;
  /** Names this process in leases. */
  readonly holder: string;
  readonly log: Log;
}

/** The parts of a running API, as its handlers see them. */
export interface Door extends ApiParts {
  /** Aborted when the API is to stop: streams end. */
  readonly stopping: AbortSignal;
  /** Room for streams, which hold a connection for long. */
  readonly places: Places;
  /** Downloads whose lease is not given back yet. */
  readonly downloads: Set<Promise<void>>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and at a probe. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Absent where no route of ours matched. */
    route?: Route;
  }
}
