import { FaultList } from '@seedlot/csv-intake';
import { printSerials, type Range } from '@seedlot/domain';
import type { HeldSerials, LockedLot, ReportFault } from '@seedlot/ledger';
import type { SerialTally } from './serial-tally.ts';

/** What may be wrong with a part of a report beyond its lines. Every code is explained in docs/errors.md. */
export type ReportFaultCode = 'otp_unfit' | 'otp_uncheckable' | 'lot_ended' | 'signature_refused';

const FIXES: Readonly<Record<ReportFaultCode, string>> = {
  otp_unfit: 'Read the code from the token again, and see whether its seed and the time or counter are right',
  otp_uncheckable: 'Leave the sample of this serial out',
  lot_ended: 'Nothing more is taken for this lot; ask the vendor',
  signature_refused: 'Sign the file with the key that the vendor has pinned now, and send it again',
};

/** A reader cannot tell one from the other: the ledger knows all lots. */
const FOREIGN: ReadonlySet<string> = new Set(['serial_foreign', 'serial_unknown']);

/** Everything that is wrong with one part. */
export class PartFaults {
  readonly csv = new FaultList<ReportFaultCode>();

  tell(line: number, code: ReportFaultCode, message: string): void {
    this.csv.add({ line, code, message, fix: FIXES[code] });
  }

  /** Serials that another part has, each run at the first of its lines. */
  tellHeld(held: readonly HeldSerials[], lot: LockedLot, tally: SerialTally): void {
    for (const { report, ...range } of held) {
      const message = `${printSerials(lot.space, range)} is in ${report} already`;
      this.csv.tell(tally.lineOf(indexOf(range, lot)), 'serial_doubled', message);
    }
  }

  /** As the ledger keeps them; line 0 is the part as a whole. `known` are the serials that some lot has. */
  toKeep(known: ReadonlySet<string>): { faults: ReportFault[]; count: number } {
    const faults = this.csv.byLine().map(({ line, code, message, fix, serial }) => {
      const isForeign = serial !== undefined && known.has(serial);
      const told = FOREIGN.has(code) ? (isForeign ? 'serial_foreign' : 'serial_unknown') : code;
      return { line: line === 0 ? null : line, code: told, message, fix };
    });
    return { faults, count: this.csv.count };
  }

  /** Serials of other forms or lots, as they were printed. */
  foreignSerials(): string[] {
    const faults = this.csv.byLine().filter(({ code }) => FOREIGN.has(code));
    return [...new Set(faults.flatMap(({ serial }) => serial ?? []))];
  }
}

function indexOf({ first }: Range, { shape }: LockedLot): number {
  return Number(first - shape.firstSerial);
}
