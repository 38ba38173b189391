import { Keyring, type RingName } from '@seedlot/erasable';
import { type ShredParts, seedShredder } from '@seedlot/shredder';
import type { Workers } from '../world/workers.ts';

/** Deletes the rows of the keys, and leaves everything under the root that it was under. */
export class LazyKeyring extends Keyring {
  override async rotate(...[ring, { erase }]: Parameters<Keyring['rotate']>) {
    const change = { from: ring.epoch, to: ring.epoch };
    await ring.replace({ ...change, buckets: [], keys: [], erased: erase, emptied: [] });
    return change;
  }
}

/** Changes the root, and takes every key along. */
export class ForgetfulKeyring extends Keyring {
  override rotate(...[ring]: Parameters<Keyring['rotate']>) {
    return super.rotate(ring, { erase: [], replace: [] });
  }
}

/** The parts of a shredder whose rings of these names have such a keyring. */
export function withKeyring(
  { rings, ...parts }: ShredParts,
  Broken: typeof LazyKeyring | typeof ForgetfulKeyring,
  names: readonly RingName[],
): ShredParts {
  const broken = names.map(name => [
    name,
    { ...rings[name], keyring: new Broken(name, rings[name].keyring.slot) },
  ]);
  return { ...parts, rings: { ...rings, ...Object.fromEntries(broken) } };
}

/** Workers whose shredder is broken so, and does not look at what it has done. */
export function uncheckedWith(workers: Workers, ...change: Slice<Parameters<typeof withKeyring>>): Workers {
  const shredder = { ...withKeyring(workers.shredder, ...change), selfCheck: async () => {} };
  return { ...workers, shredder, shred: seedShredder(shredder) };
}

type Slice<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
