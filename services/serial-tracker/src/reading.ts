import { ProductionReportReader, type ReportRow } from '@seedlot/csv-intake';
import { printSerial } from '@seedlot/domain';
import type { ReportToJudge } from '@seedlot/ledger';
import type { OpenedLot } from '@seedlot/opened-lot';
import type { PartFaults } from './part-faults.ts';
import { Samples } from './samples.ts';
import { SerialTally } from './serial-tally.ts';

/** Bytes that are read at once: fewer lines than there is room for samples are made of them. */
const PIECE = 65_536;

/** Lines that a piece can have at most, by the shortest line with a serial. */
const PIECE_LINES = PIECE / 8;

/** Reads an attacker-controlled part, its signature good, and checks its samples. Memory depends on the lot's size alone. */
export async function readPart(
  part: ReportToJudge,
  lot: OpenedLot,
  csv: AsyncIterable<Uint8Array>,
  faults: PartFaults,
): Promise<SerialTally> {
  const tally = new SerialTally(part.shape);
  using samples = new Samples();
  using reader = new ProductionReportReader(reportedLot(part), faults.csv, row =>
    takeRow(row, part, { tally, samples, faults }),
  );
  for await (const chunk of csv) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      reader.push(chunk.subarray(at, at + PIECE));
      if (samples.room < 2 * PIECE_LINES) await samples.check(lot, part, tally, faults);
    }
  }
  reader.end();
  await samples.check(lot, part, tally, faults);
  if (faults.csv.count === 0 && tally.isEmpty) {
    faults.csv.tell(1, 'file_empty', 'The file has a header, and no line about a serial');
  }
  return tally;
}

function reportedLot({ shape, space, oath }: ReportToJudge) {
  const numbers = { first: shape.firstSerial, after: shape.firstSerial + BigInt(shape.quantity) };
  return { lot: shape.lot, space, numbers, otp: { type: oath.type, digits: oath.digits } };
}

function takeRow(
  { line, number, result, sample }: ReportRow,
  { shape, space }: ReportToJudge,
  { tally, samples, faults }: { tally: SerialTally; samples: Samples; faults: PartFaults },
): void {
  const index = Number(number - shape.firstSerial);
  const before = tally.lineOf(index);
  if (before > 0) {
    const serial = printSerial(space, number);
    faults.csv.tell(line, 'serial_doubled', `${serial} stands in line ${before} already`, serial);
    return;
  }
  tally.note(index, line, result);
  if (sample !== null) samples.add(index, sample);
}
