import { Gpg } from './gpg.ts';
import { inAlternation, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { SeedlotServer } from './seedlot-server.ts';

const MEGABYTE = 1_000_000;

/** Peak memory of the process that runs the whole system, PostgreSQL's own processes apart: a new one for each lot. */
export async function run({ rounds, quantity }: Scale): Promise<Table> {
  await using gpg = await Gpg.create();
  const factory = await gpg.publicKey(await gpg.makeKey('Factory', 'rsa3072', 'rsa3072'));
  const quantities = [quantity / 100, quantity / 10, quantity];
  const rivals = Object.fromEntries(quantities.map(each => [each, () => peakOf(factory, each)]));
  const peaks = await inAlternation(rivals, rounds);
  const smallest = spread(peaks.get(String(quantities[0]))).median;
  return {
    title: 'Peak memory of the whole system in one process, order placed to factory file stored',
    columns: ['tokens', 'MB', 'times the smallest'],
    rows: quantities.map(each => {
      const peak = spread(peaks.get(String(each)));
      return [each.toLocaleString('en'), peak, peak.median / smallest];
    }),
  };
}

async function peakOf(factoryKey: string, quantity: number): Promise<number> {
  await using server = await SeedlotServer.start(factoryKey);
  await server.makeLot(quantity);
  return (await server.peakMemory()) / MEGABYTE;
}
