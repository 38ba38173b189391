import { CliError, type CliErrorCode } from './errors.ts';
import { isDiskFull } from './local-files.ts';

/**
 * What a script may tell from the exit code: up to 6 the same as of every process of Seedlot, so that `seedlot up` can
 * pass on what it got. Printed by `seedlot --help`.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  full: 5,
  tampered: 6,
  forbidden: 7,
  unknown: 8,
  local: 9,
  late: 10,
  interrupted: 130,
} as const;

type ExitKind = keyof typeof EXIT;

export const EXIT_MEANINGS: Readonly<Record<ExitKind, string>> = {
  ok: 'done',
  failed: 'a defect, of this command or of the server: report it',
  usage: 'the command line is wrong',
  refused: 'a rule says no, and nothing has changed',
  unreachable: 'the server cannot be reached now: try again',
  full: 'a disk is full: make room',
  tampered: 'a file did not arrive as it was announced',
  forbidden: 'no token, a wrong one, or not the right role',
  unknown: 'there is no such thing',
  local: 'a file of this machine is in the way, or not there',
  late: '`seedlot status` found that something is late',
  interrupted: 'interrupted',
};

const KINDS = {
  usage: 'usage',
  server_address_invalid: 'usage',
  token_absent: 'forbidden',
  token_malformed: 'forbidden',
  token_file_unsafe: 'forbidden',
  token_lost: 'failed',
  key_is_secret: 'refused',
  file_exists: 'local',
  file_unreadable: 'local',
  file_unwritable: 'local',
  server_unreachable: 'unreachable',
  connection_lost: 'unreachable',
  answer_unintelligible: 'unreachable',
  request_refused: 'refused',
  download_damaged: 'tampered',
  signature_absent: 'local',
  report_refused: 'refused',
  not_confirmed: 'refused',
  lot_ended: 'refused',
  delivery_ended: 'refused',
  shred_abandoned: 'refused',
  vendor_key_absent: 'unknown',
  start_failed: 'failed',
  interrupted: 'interrupted',
} as const satisfies Record<CliErrorCode, ExitKind>;

/** The exit code for anything that was thrown; what is no CliError is a defect. */
export function exitCodeOf(fault: unknown): number {
  if (!(fault instanceof CliError)) return EXIT.failed;
  if (fault.problem !== null) return EXIT[kindOfStatus(fault.problem.status)];
  return isDiskFull(fault.cause) ? EXIT.full : EXIT[KINDS[fault.code]];
}

function kindOfStatus(status: number): ExitKind {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'unknown';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'unreachable';
  return status >= 500 ? 'failed' : 'refused';
}
