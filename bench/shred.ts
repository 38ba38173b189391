import { randomInt } from 'node:crypto';
import { inAlternation, milliseconds, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { type ShredCost, ShredYard } from './shred-yard.ts';

/** Keys that live beside the lot's, as of thousands of lots. */
const LIVING_KEYS = 10_000;
const DUE_AT_ONCE = 100;

/** Shreds until the old roots are gone, against deleting the rows of a plain table on the same server. */
export async function run({ rounds, quantity }: Scale): Promise<Table> {
  await using yard = await ShredYard.open();
  await yard.addKeys(LIVING_KEYS);
  const serials = new SerialStock(yard, quantity);
  const rival = await Rival.create(yard, quantity);
  const scattered = Math.min(1000, quantity / 100);
  const range = Math.min(50_000, quantity / 10);
  const results = await inAlternation<string, ShredCost | RivalCost>(
    {
      'one serial': async () => yard.shred([{ serials: [await serials.run(1)] }]),
      'DELETE and VACUUM FULL of one row': () => rival.erase(1),
      [`${n(scattered)} random serials`]: async () =>
        yard.shred([{ serials: await serials.random(scattered) }]),
      [`DELETE and VACUUM FULL of ${n(scattered)}`]: () => rival.erase(scattered),
      [`${n(range)} serials in a row`]: async () => yard.shred([{ serials: [await serials.run(range)] }]),
      [`DELETE and VACUUM FULL of ${n(range)}`]: () => rival.erase(range),
      [`the lot, ${n(quantity)}`]: async () => yard.shred([{ lot: (await yard.makeLot(quantity)).lot }]),
      'TRUNCATE of as many': () => rival.truncate(),
      [`${DUE_AT_ONCE} lots of 100 due at once`]: async () => yard.shred(await lotsDue(yard)),
    },
    rounds,
  );
  return {
    title: `Shredding in a lot of ${n(quantity)} among ${n(LIVING_KEYS)} living keys`,
    columns: ['what', 'ms until the old roots are gone', 'ms mirror', 'ms self-check', 'KB of WAL'],
    rows: [...results].map(([name, costs]) => [
      name,
      spread(costs.map(cost => cost.destroyed)),
      ...(costs.some(isShred)
        ? [
            spread(costs.filter(isShred).map(c => c.mirror)),
            spread(costs.filter(isShred).map(c => c.selfCheck)),
          ]
        : ['-', '-']),
      spread(costs.map(cost => cost.bytes / 1000)),
    ]),
  };
}

interface RivalCost {
  readonly destroyed: number;
  readonly bytes: number;
}

function isShred(cost: ShredCost | RivalCost): cost is ShredCost {
  return 'mirror' in cost;
}

async function lotsDue(yard: ShredYard): Promise<{ lot: string }[]> {
  const lots = [];
  for (let i = 0; i < DUE_AT_ONCE; i++) lots.push({ lot: (await yard.makeLot(100)).lot });
  return lots;
}

/** Serials of one large lot that nobody has shredded yet; another lot when it is used up. */
class SerialStock {
  readonly #yard: ShredYard;
  readonly #quantity: number;
  #first = 0n;
  #next = Number.POSITIVE_INFINITY;

  constructor(yard: ShredYard, quantity: number) {
    this.#yard = yard;
    this.#quantity = quantity;
  }

  async run(count: number): Promise<{ first: string; last: string }> {
    await this.#reserve(count);
    const first = this.#first + BigInt(this.#next);
    this.#next += count;
    return { first: String(first), last: String(first + BigInt(count) - 1n) };
  }

  /** Out of a tenth of the lot, none beside another for sure. */
  async random(count: number): Promise<{ first: string; last: string }[]> {
    const step = Math.floor(this.#quantity / 10 / count);
    await this.#reserve(step * count);
    const runs = Array.from({ length: count }, (_, i) => {
      const serial = String(this.#first + BigInt(this.#next + i * step + randomInt(step)));
      return { first: serial, last: serial };
    });
    this.#next += step * count;
    return runs;
  }

  async #reserve(count: number): Promise<void> {
    if (this.#next + count < this.#quantity) return;
    this.#first = (await this.#yard.makeLot(this.#quantity)).first;
    this.#next = 0;
  }
}

/** A row a seed in the same PostgreSQL. What it deletes stays in the WAL, in backups and in the file system. */
class Rival {
  readonly #yard: ShredYard;
  #next = 0;

  private constructor(yard: ShredYard) {
    this.#yard = yard;
  }

  static async create(yard: ShredYard, quantity: number): Promise<Rival> {
    await yard.database.query('create table rival (serial bigint primary key, seed bytea not null)');
    await yard.database.query(
      'insert into rival select n, sha256(n::text::bytea) from generate_series(0, $1) n',
      [quantity * 2],
    );
    return new Rival(yard);
  }

  async erase(count: number): Promise<RivalCost> {
    const first = this.#next;
    this.#next += count;
    return this.#measured(async () => {
      await this.#yard.database.query('delete from rival where serial >= $1 and serial < $2', [
        first,
        first + count,
      ]);
      await this.#yard.database.query('vacuum full rival');
    });
  }

  async truncate(): Promise<RivalCost> {
    await this.#yard.database.query('create table rival_lot as select * from rival');
    const cost = await this.#measured(() => this.#yard.database.query('truncate rival_lot'));
    await this.#yard.database.query('drop table rival_lot');
    return cost;
  }

  async #measured(work: () => Promise<unknown>): Promise<RivalCost> {
    const lsn = async () => {
      const { rows } = await this.#yard.database.query(
        "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as at",
      );
      return Number(rows[0].at);
    };
    const before = await lsn();
    const destroyed = await milliseconds(work);
    return { destroyed, bytes: (await lsn()) - before };
  }
}

function n(count: number): string {
  return count.toLocaleString('en');
}
