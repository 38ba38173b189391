import type { Tables } from '@seedlot/database';
import type { Range } from '@seedlot/domain';
import type { Kysely, Transaction } from 'kysely';
import type { RecordFields, RecordType } from './record-types.ts';

/** A job that says "look". It carries an id, never a fact. */
export type Knock =
  | { readonly job: 'generate' | 'dispatch'; readonly lot: string }
  | { readonly job: 'report'; readonly report: string }
  | { readonly job: 'export'; readonly delivery: string }
  | { readonly job: 'shred' | 'publish' };

/** The queue as the ledger sees it: told to look, after the commit. A lost knock costs time, never truth. */
export interface Doorbell {
  /** May reject; the effect is committed by then and stays so, since each service sweeps its own due state. */
  knock(knock: Knock): Promise<void>;
}

/** Where state may be read: inside an effect, or outside of any. */
export interface Reader {
  readonly sql: Kysely<Tables>;
}

/** Serials of one space that a record is about; `space` is the space's row. */
export interface AboutSerials {
  readonly space: number;
  readonly ranges: readonly Range[];
}

/** One open transaction of one actor: everything in it happens, with its records, or nothing does. */
export interface Effect extends Reader {
  readonly sql: Transaction<Tables>;
  readonly actor: string;
  /** Time of the transaction by the database's clock. */
  readonly at: Date;
  /**
   * Writes one record into this transaction; resolves to its place in the order of writing. `about` names the
   * serials that it concerns where that is not all of its lot or delivery.
   */
  record<T extends RecordType>(type: T, fields: RecordFields<T>, about?: AboutSerials): Promise<bigint>;
  /** Rings after the commit, and only then. */
  knockAfter(knock: Knock): void;
}
