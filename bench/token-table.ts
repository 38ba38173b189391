import { join } from 'node:path';
import { createPool, databaseUrl } from '@seedlot/database';
import { startPostgres } from '@seedlot/embedded/postgres';
import type { Pool } from 'pg';

/** The rival: a table with a row for each serial, as most would have it, on a PostgreSQL of its own. */
export class TokenTable implements AsyncDisposable {
  readonly database: Pool;
  readonly #stop: () => Promise<void>;

  private constructor(database: Pool, stop: () => Promise<void>) {
    this.database = database;
    this.#stop = stop;
  }

  /** @param serials in order, without gaps; all of them burned and nobody's */
  static async create(folder: string, serials: { first: number; quantity: number }): Promise<TokenTable> {
    const postgres = await startPostgres({ folder: join(folder, 'postgres') });
    const database = createPool({ url: databaseUrl(postgres, 'postgres'), applicationName: 'rival', max: 8 });
    const table = new TokenTable(database, () => postgres.stop());
    await database.query(
      'create table tokens (serial text primary key, lot text not null, state text not null, customer text, seed bytea not null)',
    );
    await database.query(
      `insert into tokens select n::text, 'lot-000001', 'burned', null, sha256(n::text::bytea)
       from generate_series($1::bigint, $1::bigint + $2::bigint - 1) as n`,
      [serials.first, serials.quantity],
    );
    await database.query('vacuum analyze tokens');
    return table;
  }

  /** As it was at first. */
  async free(): Promise<void> {
    await this.database.query(
      `update tokens set state = 'burned', customer = null where customer is not null`,
    );
    await this.database.query('vacuum analyze tokens');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.end();
    await this.#stop();
  }
}
