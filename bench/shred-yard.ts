import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createPool, databaseUrl, migrate } from '@seedlot/database';
import { startPostgres } from '@seedlot/embedded/postgres';
import { FileRootSlot, Keyring, type RingName, randomKeys, startRing } from '@seedlot/erasable';
import {
  addFactory,
  addFirstAdmin,
  addProduct,
  Ledger,
  lockRing,
  PostgresKeyringStore,
  placeOrder,
  requestShred,
} from '@seedlot/ledger';
import { FolderObjectStore } from '@seedlot/object-store';
import { generateLot } from '@seedlot/seed-generator';
import { checkShreds, type ShredParts, shredDue, whatToCheck } from '@seedlot/shredder';
import type { Pool } from 'pg';
import { PRODUCT } from './seedlot-server.ts';

/** What one shred took. */
export interface ShredCost {
  /** Milliseconds from the request until the old roots were destroyed, without the mirror. */
  readonly destroyed: number;
  /** Milliseconds of the mirror of the seeds ring: read, proved, written, read back, proved again. */
  readonly mirror: number;
  /** Milliseconds of the self-check, in this process. */
  readonly selfCheck: number;
  /** Bytes of WAL that PostgreSQL wrote for it. */
  readonly bytes: number;
}

const never = new AbortController().signal;

/** PostgreSQL, two file slots and a folder of objects, all of them durable, with lots to shred. */
export class ShredYard implements AsyncDisposable {
  readonly database: Pool;
  readonly #ledger: Ledger;
  readonly #shred: ShredParts;
  readonly #clock: PhaseClock;
  readonly #end: () => Promise<void>;
  readonly #ops: string;

  private constructor(parts: {
    database: Pool;
    ledger: Ledger;
    shred: ShredParts;
    clock: PhaseClock;
    ops: string;
    end: () => Promise<void>;
  }) {
    this.database = parts.database;
    this.#ledger = parts.ledger;
    this.#shred = parts.shred;
    this.#clock = parts.clock;
    this.#ops = parts.ops;
    this.#end = parts.end;
  }

  static async open(): Promise<ShredYard> {
    const folder = await mkdtemp(join(tmpdir(), 'seedlot-bench-'));
    const postgres = await startPostgres({ folder: join(folder, 'postgres') });
    const database = createPool({
      url: databaseUrl(postgres, 'postgres'),
      applicationName: 'bench',
      max: 8,
      statementTimeout: 0,
    });
    await migrate(database);
    const ledger = new Ledger({
      database: createDatabase(database),
      doorbell: { knock: async () => {} },
      onLostKnock: () => {},
    });
    const clock = new PhaseClock();
    const ring = async (name: RingName) => {
      const slot = clock.onSlot(await FileRootSlot.at(join(folder, 'slots', name)));
      const store = clock.onStore(new PostgresKeyringStore(ledger, name));
      return { keyring: new Keyring(name, slot), store };
    };
    const rings = { seeds: await ring('seeds'), files: await ring('files') };
    for (const { keyring, store } of Object.values(rings)) await startRing(keyring, store);
    const objects = await FolderObjectStore.open(join(folder, 'objects'));
    const check = (shreds: Parameters<typeof whatToCheck>[0]) =>
      checkShreds({ reader: ledger, rings }, whatToCheck(shreds));
    const selfCheck = clock.onCheck(check);
    const end = async () => {
      await database.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    };
    const ops = await furnish(ledger);
    const shred = { ledger, rings, objects, keys: randomKeys, selfCheck };
    return new ShredYard({ database, ledger, shred, clock, ops, end });
  }

  /** Keys of the seeds ring that are nobody's, so that it is as large as that of many lots. */
  async addKeys(count: number): Promise<void> {
    const { keyring } = this.#shred.rings.seeds;
    await this.#ledger.commit(this.#ops, async effect => {
      const ring = await lockRing(effect, 'seeds', 'shared');
      for (let i = 0; i < count; i++) {
        await keyring.addKey(ring, { id: randomUUID(), kind: 'signing', key: randomKeys.draw() });
      }
    });
  }

  /** Orders and seals a lot; resolves to its id and its first serial. */
  async makeLot(quantity: number): Promise<{ lot: string; first: bigint }> {
    const order = { product: PRODUCT.product, quantity, factory: 'acme', nonProduction: false };
    const { lot } = await this.#ledger.commit(this.#ops, effect => placeOrder(effect, order));
    const { keyring: seedsRing } = this.#shred.rings.seeds;
    await generateLot({ ledger: this.#ledger, seedsRing, keys: randomKeys, holder: 'bench' }, lot, never);
    const { rows } = await this.database.query(
      'select lower(numbers)::text as first from lots where id = $1',
      [lot],
    );
    return { lot, first: BigInt(rows[0].first) };
  }

  /** Asks for shreds of these serials, each a list of runs or a whole lot, and carries them out as one group. */
  async shred(requests: readonly Parameters<typeof requestShred>[1][]): Promise<ShredCost> {
    const before = await this.#walPosition();
    this.#clock.start();
    for (const request of requests) {
      await this.#ledger.commit(this.#ops, effect => requestShred(effect, request));
    }
    await shredDue(this.#shred, never);
    return { ...this.#clock.read(), bytes: await this.#walSince(before) };
  }

  async #walPosition(): Promise<string> {
    const { rows } = await this.database.query('select pg_current_wal_insert_lsn()::text as at');
    return rows[0].at;
  }

  async #walSince(before: string): Promise<number> {
    const { rows } = await this.database.query(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn)::float8 as bytes',
      [before],
    );
    return rows[0].bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

async function furnish(ledger: Ledger): Promise<string> {
  return ledger.commit('service:api', async effect => {
    const ops = await addFirstAdmin(effect);
    const product = { ...PRODUCT, oath: { ...PRODUCT.oath }, scrapLimitPercent: 5 };
    await addProduct(effect, product);
    const key = { fingerprint: 'A'.repeat(40), publicKey: 'of nobody', expiresAt: null };
    await addFactory(effect, { factory: 'acme', seedEncoding: 'hex', key });
    return ops?.staff ?? '';
  });
}

/** Tells the phases of a shred from outside, by what it asks its ports for. */
class PhaseClock {
  #started = 0;
  #mirroring: number | null = null;
  #mirror = 0;
  #selfCheck = 0;
  #destroyed = 0;

  start(): void {
    this.#started = performance.now();
    this.#mirror = 0;
    this.#selfCheck = 0;
  }

  read(): Omit<ShredCost, 'bytes'> {
    this.#mirroring = null;
    return {
      destroyed: this.#destroyed - this.#started - this.#mirror,
      mirror: this.#mirror,
      selfCheck: this.#selfCheck,
    };
  }

  /** The mirror of a ring begins with all of its rows being read. */
  onStore(store: PostgresKeyringStore): PostgresKeyringStore {
    return this.#before(store, 'snapshot', ids => {
      if (ids === 'all') this.#mirroring ??= performance.now();
    });
  }

  /** It is done when the ring's old root may go. */
  onSlot(slot: FileRootSlot): FileRootSlot {
    const ended = this.#before(slot, 'destroy', () => {
      this.#mirror += performance.now() - (this.#mirroring ?? performance.now());
      this.#mirroring = null;
    });
    return this.#after(ended, 'destroy', () => {
      this.#destroyed = performance.now();
    });
  }

  onCheck(check: ShredParts['selfCheck']): ShredParts['selfCheck'] {
    return async shreds => {
      const from = performance.now();
      await check(shreds);
      this.#selfCheck += performance.now() - from;
    };
  }

  #before<Port extends object>(port: Port, name: keyof Port, told: (first: unknown) => void): Port {
    return wrap(port, name, (call, args) => {
      told(args[0]);
      return call(...args);
    });
  }

  #after<Port extends object>(port: Port, name: keyof Port, told: () => void): Port {
    return wrap(port, name, async (call, args) => {
      const result = await call(...args);
      told();
      return result;
    });
  }
}

type Call = (...args: unknown[]) => unknown;

function wrap<Port extends object>(
  port: Port,
  name: keyof Port,
  around: (call: Call, args: unknown[]) => unknown,
): Port {
  return new Proxy(port, {
    get: (target, asked) => {
      const member: unknown = Reflect.get(target, asked, target);
      if (typeof member !== 'function') return member;
      const call: Call = (...args) => Reflect.apply(member, target, args);
      return asked === name ? (...args: unknown[]) => around(call, args) : call;
    },
  });
}
