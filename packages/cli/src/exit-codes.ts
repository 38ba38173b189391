import { CliError, type CliErrorCode } from './errors.ts';

/** What a script may tell from the exit code. Printed by `seedlot --help`. */
export const EXIT = {
  ok: 0,
  defect: 1,
  usage: 2,
  refused: 3,
  forbidden: 4,
  unknown: 5,
  server: 6,
  local: 7,
  interrupted: 130,
} as const;

export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.defect, 'a defect of seedlot itself'],
  [EXIT.usage, 'the command line is wrong'],
  [EXIT.refused, 'refused by a rule; nothing has changed'],
  [EXIT.forbidden, 'no token, a wrong one, or not the right role'],
  [EXIT.unknown, 'there is no such thing'],
  [EXIT.server, 'the server cannot be reached or failed'],
  [EXIT.local, 'a file of this machine is in the way'],
  [EXIT.interrupted, 'interrupted'],
];

const BY_CODE = {
  usage: EXIT.usage,
  server_address_invalid: EXIT.usage,
  token_absent: EXIT.forbidden,
  token_malformed: EXIT.forbidden,
  token_file_unsafe: EXIT.forbidden,
  token_lost: EXIT.server,
  key_is_secret: EXIT.refused,
  file_exists: EXIT.local,
  file_unreadable: EXIT.local,
  file_unwritable: EXIT.local,
  server_unreachable: EXIT.server,
  connection_lost: EXIT.server,
  answer_unintelligible: EXIT.server,
  request_refused: EXIT.refused,
  download_damaged: EXIT.server,
  lot_ended: EXIT.refused,
  vendor_key_absent: EXIT.unknown,
  start_failed: EXIT.local,
  interrupted: EXIT.interrupted,
} as const satisfies Record<CliErrorCode, number>;

export function exitCodeOf(fault: unknown): number {
  if (!(fault instanceof CliError)) return EXIT.defect;
  return fault.problem === null ? BY_CODE[fault.code] : exitCodeOfStatus(fault.problem.status);
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.forbidden;
  if (status === 404) return EXIT.unknown;
  return status === 429 || status >= 500 ? EXIT.server : EXIT.refused;
}
