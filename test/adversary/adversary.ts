import type { RingName, RootSlot } from '@seedlot/erasable';
import { readDispatchOrder } from '@seedlot/ledger';
import type { World } from '../world/world.ts';
import { keepEveryVersion } from './attic.ts';
import { stealKeys } from './stolen-keys.ts';
import { stealFile, stealSeeds } from './stolen-lot.ts';

/** What somebody opened of one lot. */
export interface Stolen {
  /** In hex. */
  readonly seeds: ReadonlySet<string>;
  /** Bytes of its stored files. */
  readonly fileBytes: number;
}

/**
 * Somebody who has every version of every row that there ever was, every object that there ever was, and every root that
 * exists at the moment of the theft. Whoever also had a root that is gone has it in `moreSlots`.
 */
export class Adversary {
  readonly #world: World;
  readonly #objects = new Map<string, Buffer>();
  readonly moreSlots: Record<RingName, RootSlot[]> = { seeds: [], files: [] };

  private constructor(world: World) {
    this.#world = world;
  }

  static async watching(world: World): Promise<Adversary> {
    await keepEveryVersion(world.database);
    return new Adversary(world);
  }

  /** Copies what the object store holds now. */
  async copyObjects(): Promise<void> {
    const { objects } = this.#world;
    for await (const name of objects.list('')) {
      this.#objects.set(name, Buffer.concat(await Array.fromAsync(objects.read(name))));
    }
  }

  async steal(lot: string): Promise<Stolen> {
    const { database, slots, ledger } = this.#world;
    await this.copyObjects();
    const seedsKeys = await stealKeys(database, 'seeds', [slots.seeds, ...this.moreSlots.seeds]);
    const filesKeys = await stealKeys(database, 'files', [slots.files, ...this.moreSlots.files]);
    const { shape } = await readDispatchOrder(ledger, lot);
    const keys = [...seedsKeys, ...filesKeys];
    const files = [...this.#objects].filter(([name]) => name.startsWith(`files/${lot}/`));
    const opened = await Promise.all(files.map(([name, sealed]) => stealFile(name, sealed, keys)));
    return {
      seeds: await stealSeeds(database, shape, keys),
      fileBytes: opened.reduce((sum, size) => sum + size, 0),
    };
  }
}
