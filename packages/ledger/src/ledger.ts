import type { Tables } from '@seedlot/database';
import { type Kysely, sql } from 'kysely';
import type { Doorbell, Effect, Knock, Reader } from './effect.ts';
import { writeRecord } from './record.ts';

/** What a ledger needs: the service's own database role, the doorbell, and whom to tell that a knock was lost. */
export interface LedgerParts {
  readonly database: Kysely<Tables>;
  readonly doorbell: Doorbell;
  readonly onLostKnock: (knock: Knock, cause: unknown) => void;
}

/** The only way to change state: one transaction of transition and record, then the knocks. */
export class Ledger implements Reader {
  readonly #parts: LedgerParts;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** For reading; what changes state goes through `commit`. */
  get sql(): Kysely<Tables> {
    return this.#parts.database;
  }

  /**
   * Runs `work` as one effect of `actor`. Nothing has happened if it throws; once this resolves, all of it has,
   * durably, and the knocks were rung. A knock that fails is reported, never thrown: a sweep makes up for it.
   */
  async commit<T>(actor: string, work: (effect: Effect) => Promise<T>): Promise<T> {
    const knocks: Knock[] = [];
    const result = await this.#parts.database.transaction().execute(async transaction => {
      const { rows } = await sql<{ at: Date }>`select transaction_timestamp() as at`.execute(transaction);
      const at = rows[0]?.at ?? new Date(Number.NaN);
      return work({
        sql: transaction,
        actor,
        at,
        record: async (type, fields, about) => {
          knocks.push({ job: 'publish' });
          return writeRecord(transaction, { actor, at, about }, type, fields);
        },
        knockAfter: knock => {
          knocks.push(knock);
        },
      });
    });
    await this.#ring(knocks);
    return result;
  }

  async #ring(knocks: readonly Knock[]): Promise<void> {
    const distinct = new Map(knocks.map(knock => [JSON.stringify(knock), knock]));
    await Promise.all(
      [...distinct.values()].map(knock =>
        this.#parts.doorbell.knock(knock).catch(cause => this.#parts.onLostKnock(knock, cause)),
      ),
    );
  }
}
