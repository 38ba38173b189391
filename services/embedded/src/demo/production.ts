import { printSerial } from '@seedlot/domain';
import type { LotAnswer, ReportAnswer, ReportPart } from './answers.ts';
import { resultLines, writeReport } from './burn.ts';
import type { Cast } from './cast.ts';
import { refusalCode } from './client.ts';
import type { Disk } from './disks.ts';
import type { Burned } from './factory-file.ts';
import type { Narration } from './narration.ts';
import { awaitState } from './patience.ts';
import { SERIALS } from './product.ts';

/** The factory reports what became of every serial; ops look at the counts and accept. */
export async function showProduction(
  narration: Narration,
  cast: Cast,
  disk: Disk,
  lot: LotAnswer,
  burned: Burned,
): Promise<void> {
  const first = BigInt(lot.firstSerial);
  const quantity = Number(BigInt(lot.lastSerial) - first) + 1;
  const lines = resultLines(burned.bench, lot.lot, first, quantity);
  const written = await writeReport(disk, 'production-report.csv', lines);
  await showFaults(narration, cast, disk, lot, burned, written.signature);

  const path = `/lots/${lot.lot}/reports`;
  const { report } = await cast.factory.upload<{ report: string }>(path, written.report, written.signature);
  await awaitJudged(cast, report);
  const shown = await cast.ops.get<ReportAnswer>(`/lots/${lot.lot}/report`);
  const scrapped = Math.floor(quantity / 100);
  narration.tell(
    `Ops see ${shown.burned.toLocaleString('en')} burned, ${shown.scrapped.toLocaleString('en')} scrapped`,
  );
  narration.check(
    `every serial appears exactly once, and ${shown.samples.toLocaleString('en')} codes of tokens fit their seeds`,
    shown.hindrance === null &&
      shown.burned + shown.scrapped === quantity &&
      shown.scrapped === scrapped &&
      shown.samples === Math.ceil(quantity / 100),
  );
  await cast.ops.post(`/lots/${lot.lot}/report/accept`, {});
  const { state, custody } = await cast.ops.get<LotAnswer>(`/lots/${lot.lot}`);
  narration.check(
    'ops accept: the lot is produced, its serials burned or scrapped',
    state === 'produced' && custody.burned === quantity - scrapped && (custody.scrapped ?? 0) === scrapped,
  );
  const again = cast.factory.upload(path, written.report, written.signature);
  narration.check('an accepted report takes no more parts', (await refusalCode(again)) !== null);
}

/** A part with a fault is refused whole, with the line of everything that is wrong. */
async function showFaults(
  narration: Narration,
  cast: Cast,
  disk: Disk,
  lot: LotAnswer,
  { bench }: Burned,
  otherSignature: string,
): Promise<void> {
  const first = BigInt(lot.firstSerial);
  const serial = printSerial(SERIALS, first);
  const lines = [
    `${lot.lot},${serial},${bench.wrongCode(first)}\n`,
    `${lot.lot},${printSerial(SERIALS, BigInt(lot.lastSerial) + 1n)},burned,,\n`,
    `${lot.lot},${serial},burned,,\n`,
    `${lot.lot},9.9E+12,burned,,\n`,
  ];
  const { report, signature } = await writeReport(disk, 'faulty-report.csv', lines);
  const path = `/lots/${lot.lot}/reports`;
  const forged = await refusalCode(cast.factory.upload(path, report, otherSignature));
  narration.check(
    'a report with the signature of another one is not even read',
    forged === 'signature_wrong',
  );
  const sent = await cast.factory.upload<{ report: string }>(path, report, signature);
  const { state, faults } = await awaitJudged(cast, sent.report);
  for (const { line, code, message } of faults) narration.tell(`line ${line}: ${message} [${code}]`);
  const told = new Set(faults.map(fault => fault.line));
  narration.check(
    'a signed report with mistakes is refused whole, each mistake told with its line',
    state === 'refused' && [2, 3, 4, 5].every(line => told.has(line)),
  );
}

function awaitJudged({ factory }: Cast, report: string): Promise<ReportPart> {
  return awaitState<ReportPart>(factory, `/reports/${report}`, ({ state }) => state !== 'received');
}
