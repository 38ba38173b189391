import type { FaultView, PartView } from '../client/report-views.ts';

/** What a fake tracker knows of the lot that a part is about. */
export interface FakeLotSerials {
  readonly lot: string;
  readonly firstSerial: string;
  readonly lastSerial: string;
  /** Serials that other parts have reported. */
  readonly reported: ReadonlySet<string>;
}

type Verdict = Pick<PartView, 'burned' | 'scrapped' | 'samples' | 'faultCount' | 'faults'> & {
  readonly serials: readonly string[];
};

/** Reads a part as the tracker would, as far as the commands can tell: some faults, each with its line. */
export function readPart(csv: string, lot: FakeLotSerials): Verdict {
  const [header = '', ...rows] = csv.trimEnd().split('\n');
  const faults: FaultView[] = [];
  const seen = new Set<string>();
  const results = { burned: 0, scrapped: 0 };
  let samples = 0;
  if (!header.startsWith('lot,serial,result')) faults.push(headerFault);
  for (const [at, row] of rows.entries()) {
    const [of = '', serial = '', result = '', otp = ''] = row.split(',');
    const fault = faultOf({ of, serial, result }, lot, seen);
    if (fault !== null) faults.push({ line: at + 2, ...fault });
    seen.add(serial);
    if (result === 'burned' || result === 'scrapped') results[result] += 1;
    if (otp !== '') samples += 1;
  }
  if (faults.length > 0)
    return { burned: null, scrapped: null, samples: null, ...found(faults), serials: [] };
  return { ...results, samples, ...found([]), serials: [...seen] };
}

function found(faults: FaultView[]): Pick<PartView, 'faultCount' | 'faults'> {
  return { faultCount: faults.length, faults };
}

const headerFault: FaultView = {
  line: 1,
  code: 'header_missing',
  message: 'The first line does not name the columns',
  fix: 'Begin the file with the names of the columns',
};

interface Row {
  readonly of: string;
  readonly serial: string;
  readonly result: string;
}

function faultOf(
  { of, serial, result }: Row,
  lot: FakeLotSerials,
  seen: ReadonlySet<string>,
): { code: string; message: string; fix: string } | null {
  if (of !== lot.lot) {
    return {
      code: 'lot_foreign',
      message: `The row is of ${of}, and this report is of ${lot.lot}`,
      fix: 'Report only one lot in a file, and send it to that lot',
    };
  }
  if (!/^\d{13}$/.test(serial) || serial < lot.firstSerial || serial > lot.lastSerial) {
    return {
      code: /E\+/.test(serial) ? 'serial_scientific' : 'serial_foreign',
      message: /E\+/.test(serial)
        ? 'A spreadsheet has made a number of the serial'
        : `${serial} is not of ${of}`,
      fix: 'Compare with the serial that is printed on the token',
    };
  }
  if (seen.has(serial) || lot.reported.has(serial)) {
    return {
      code: 'serial_doubled',
      message: `${serial} was reported before`,
      fix: 'Remove the line, or correct its serial',
    };
  }
  if (result === 'burned' || result === 'scrapped') return null;
  return {
    code: 'result_unknown',
    message: 'The result is neither burned nor scrapped',
    fix: 'Write burned or scrapped, in lower case',
  };
}
