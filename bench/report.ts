import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Cell, inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { type OpenedLot, Workshop, type WrittenReport } from './workshop.ts';

const execute = promisify(execFile);

const SCRIPT = new URL('report-script.ts', import.meta.url).pathname;

/** One round: what it took, and the most memory that the process had meanwhile. */
interface Reading {
  readonly rowsPerSecond: number;
  readonly megabytes: number;
}

/** From the first byte of a signed report to `judged`, against a script; both read the same files. */
export async function run({ rounds, quantity }: Scale): Promise<Table> {
  await using workshop = await Workshop.start();
  const lot = await workshop.openLot(quantity);
  const rows: Cell[][] = [];
  for (const samples of [false, true]) {
    const report = await workshop.writeReport(lot, samples);
    const results = await inAlternation(
      {
        seedlot: () => readBySeedlot(workshop, lot, report, quantity),
        script: () => readByScript(workshop, lot, report, quantity),
      },
      rounds,
    );
    const what = samples ? 'samples in 10%' : 'no samples';
    const script = results.get('script') ?? [];
    rows.push(rowOf(`Seedlot, ${what}`, results.get('seedlot') ?? [], script));
    rows.push(rowOf(`rival, ${what}: gpg --verify, csv-parse into a Map, seeds in clear`, script, script));
  }
  return {
    title: `A signed report of ${quantity.toLocaleString('en')} lines, from its first byte to its verdict`,
    columns: ['way', 'rows/s', 'times as fast', 'peak MB'],
    rows,
  };
}

function rowOf(name: string, readings: readonly Reading[], rival: readonly Reading[]): Cell[] {
  const [rates, others] = [readings, rival].map(all => all.map(each => each.rowsPerSecond));
  return [name, spread(rates), ratios(rates, others), spread(readings.map(each => each.megabytes))];
}

/** Ops then refuses the report, so that the factory may send it again. */
async function readBySeedlot(
  workshop: Workshop,
  lot: OpenedLot,
  report: WrittenReport,
  quantity: number,
): Promise<Reading> {
  const { server } = workshop;
  await server.forgetPeak();
  const elapsed = await milliseconds(() => workshop.report(lot, report));
  const megabytes = (await server.peakMemory()) / 1e6;
  await server.ops.post(`/lots/${lot.lot}/report/refuse`, {});
  return { rowsPerSecond: (quantity / elapsed) * 1000, megabytes };
}

async function readByScript(
  { gpg }: Workshop,
  { plaintext }: OpenedLot,
  { csv, signature }: WrittenReport,
  quantity: number,
): Promise<Reading> {
  const files = ['--gpg', gpg.folder, '--csv', csv, '--signature', signature, '--seeds', plaintext];
  let kilobytes = 0;
  const elapsed = await milliseconds(async () => {
    const { stdout } = await execute(process.execPath, [SCRIPT, ...files]);
    kilobytes = Number(stdout);
  });
  return { rowsPerSecond: (quantity / elapsed) * 1000, megabytes: (kilobytes * 1024) / 1e6 };
}
