import { printSerial } from '@seedlot/domain';
import { type PrintedRun, readDispatchOrder, requestShred, type Shred, showShred } from '@seedlot/ledger';
import type { Workers } from './workers.ts';
import type { World } from './world.ts';

/** A run of a lot's serials, counted from its first one: the first and the last. */
export type Run = readonly [first: number, last: number];

/** Those serials as people write them. */
export async function printed(world: World, lot: string, runs: readonly Run[]): Promise<PrintedRun[]> {
  const { shape, serials } = await readDispatchOrder(world.ledger, lot);
  const print = (index: number) => printSerial(serials, shape.firstSerial + BigInt(index));
  return runs.map(([first, last]) => ({ first: print(first), last: print(last) }));
}

/** Asks for a shred with the rights of the API; resolves to its id. */
export async function askForShred(
  world: World,
  workers: Workers,
  lot: string,
  runs: readonly Run[],
): Promise<Shred['id']> {
  const serials = await printed(world, lot, runs);
  const { shred } = await workers.api.commit(world.ops, effect => requestShred(effect, { serials }));
  return shred;
}

/** `seeds` without those of these runs, counted from `first`. */
export function without<Seed>(
  seeds: ReadonlyMap<bigint, Seed>,
  first: bigint,
  runs: readonly Run[],
): Map<bigint, Seed> {
  const gone = (serial: bigint) =>
    runs.some(([from, to]) => serial >= first + BigInt(from) && serial <= first + BigInt(to));
  return new Map([...seeds].filter(([serial]) => !gone(serial)));
}

export async function stateOf(world: World, shred: string): Promise<string> {
  return (await showShred(world.ledger, shred)).state;
}
