import type { FaultList } from './fault-list.ts';
import type { ReportColumn } from './production-report.ts';
import type { Row } from './row.ts';

/** The codes of the tokens of a lot. */
export interface OtpKind {
  readonly type: 'totp' | 'hotp';
  readonly digits: number;
}

/** One-time passwords that the factory read from a token, as ASCII digits that are wiped after the row was taken. */
export type Sample =
  /** `time` is Unix time in seconds. */
  | { readonly type: 'totp'; readonly otp: Uint8Array; readonly time: number }
  /** `otp` is the code of `counter`, `nextOtp` that of `counter + 1`. */
  | {
      readonly type: 'hotp';
      readonly otp: Uint8Array;
      readonly nextOtp: Uint8Array;
      readonly counter: number;
    };

/** The highest counter of a sample: an export goes on two later, in 32 bits. */
export const COUNTER_LIMIT = 0xff_ff_ff_fd;

const SAMPLE_COLUMNS = { totp: ['otp', 'time'], hotp: ['otp', 'next_otp', 'counter'] } as const;
const ALL_COLUMNS = ['otp', 'next_otp', 'time', 'counter'] as const;

/** Reads the attacker-controlled sample of a row and tells what is wrong with it. Null when there is none. */
export function readSample(
  row: Row<ReportColumn>,
  kind: OtpKind,
  result: string | null,
  faults: FaultList<string>,
): Sample | null {
  const filled = ALL_COLUMNS.filter(column => row.bytes(column).length > 0);
  if (filled.length === 0) return null;
  const wanted: readonly string[] = SAMPLE_COLUMNS[kind.type];
  const foreign = filled.filter(column => !wanted.includes(column));
  if (result === 'scrapped') {
    faults.tell(row.line, 'sample_of_scrapped', 'A scrapped token has a sample');
  } else if (foreign.length > 0) {
    const message = `A ${kind.type.toUpperCase()} token has no ${foreign.join(', ')}`;
    faults.tell(row.line, 'sample_of_other_kind', message);
  } else if (filled.length < wanted.length) {
    faults.tell(row.line, 'sample_incomplete', `A sample needs ${wanted.join(', ')}`);
  } else return kind.type === 'totp' ? readTotp(row, kind, faults) : readHotp(row, kind, faults);
  return null;
}

function readTotp(row: Row<ReportColumn>, kind: OtpKind, faults: FaultList<string>): Sample | null {
  const time = unixSeconds(row.text('time'));
  if (time === null) faults.tell(row.line, 'time_malformed', 'The time is neither Unix seconds nor ISO 8601');
  const isCode = isOtp(row, 'otp', kind, faults);
  return isCode && time !== null ? { type: 'totp', otp: row.bytes('otp'), time } : null;
}

function readHotp(row: Row<ReportColumn>, kind: OtpKind, faults: FaultList<string>): Sample | null {
  const counter = counterOf(row.text('counter'));
  if (counter === null) {
    faults.tell(row.line, 'counter_malformed', `The counter is no number from 0 to ${COUNTER_LIMIT}`);
  }
  const areCodes = [isOtp(row, 'otp', kind, faults), isOtp(row, 'next_otp', kind, faults)].every(Boolean);
  if (!areCodes || counter === null) return null;
  return { type: 'hotp', otp: row.bytes('otp'), nextOtp: row.bytes('next_otp'), counter };
}

function isOtp(
  row: Row<ReportColumn>,
  column: 'otp' | 'next_otp',
  { digits }: OtpKind,
  faults: FaultList<string>,
): boolean {
  const code = row.bytes(column);
  if (code.length === digits && code.every(byte => byte >= 0x30 && byte <= 0x39)) return true;
  const message = `${column} has ${code.length} characters where ${digits} digits should be`;
  faults.tell(row.line, 'otp_malformed', message);
  return false;
}

function counterOf(text: string): number | null {
  const counter = /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  return counter <= COUNTER_LIMIT ? counter : null;
}

/** RFC 3339, the strict form of ISO 8601: date, `T`, time, and `Z` or an offset. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function unixSeconds(text: string): number | null {
  if (/^[1-9]\d{0,10}$/.test(text)) return Number(text);
  const date = TIMESTAMP.exec(text)?.[1];
  const milliseconds = date === undefined ? Number.NaN : Date.parse(text);
  if (date === undefined || Number.isNaN(milliseconds) || !isDate(date)) return null;
  return milliseconds < 0 ? null : Math.floor(milliseconds / 1000);
}

/** `Date.parse` takes the 31st of February for a day of March. */
function isDate(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}
