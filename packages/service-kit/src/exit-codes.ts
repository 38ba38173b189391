/**
 * Exit codes of every process, services and CLI alike.
 *
 * | code | kind | what to do |
 * | --- | --- | --- |
 * | 0 | ok | nothing: it did what was asked, or was told to stop and did |
 * | 1 | failed | report it: nobody foresaw this |
 * | 2 | usage | correct the arguments or the configuration |
 * | 3 | refused | read the reason: a rule says no, and nothing has changed |
 * | 4 | unreachable | bring up the database, queue, store, slot or address that is named, then try again |
 * | 5 | full | make room, then try again |
 * | 6 | tampered | look into it before anything else: what is stored is not what was written |
 * | 130 | interrupted | stopped at once, at a second signal |
 */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  full: 5,
  tampered: 6,
  interrupted: 130,
} as const;

export type ExitKind = keyof typeof EXIT_CODES;

/** Endings of error codes that tell the kind; first match wins. Any other code of ours is a refusal. */
const KINDS_BY_ENDING: readonly (readonly [RegExp, ExitKind])[] = [
  [/^(config_invalid|arguments_invalid|usage)/, 'usage'],
  [/_(unreachable|unavailable|busy)$/, 'unreachable'],
  [/_full$/, 'full'],
  [/_tampered$/, 'tampered'],
  [/^stop_/, 'failed'],
];

const OWN_CODE = /^[a-z]+(_[a-z0-9]+)*$/;
const NO_SERVER = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The kind of a failure, by the `code` of the error, which every package of ours sets in snake_case. */
export function exitKind(error: unknown): ExitKind {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_SERVER.has(code)) return 'unreachable';
  if (NO_ROOM.has(code)) return 'full';
  if (!OWN_CODE.test(code)) return 'failed';
  return KINDS_BY_ENDING.find(([ending]) => ending.test(code))?.[1] ?? 'refused';
}
