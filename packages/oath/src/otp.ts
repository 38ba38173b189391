import { counterToBytes, dynamicTruncate } from '@otplib/core';
import { NobleCryptoPlugin } from '@otplib/plugin-crypto-noble';

/** What a token makes its one-time passwords of. */
export interface HotpSource {
  /** The seed itself: bytes of the caller's, never copied into a string. */
  readonly seed: Uint8Array;
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  readonly digits: 6 | 8;
}

export interface TotpSource extends HotpSource {
  /** Seconds of one time step. */
  readonly period: number;
}

/** Computes at once, on bytes alone, and wipes its own state. */
const hmacs = new NobleCryptoPlugin();

const LAST_COUNTER = 2n ** 64n - 1n;

/**
 * Whether a token showed `otp` at `unixSeconds`, or one time step earlier or later: RFC 6238, section 5.2, allows for its
 * clock and for the hand that wrote both down. `otp` is the number that the digits are. Both may be attacker-controlled:
 * what cannot be a password or a time, does not fit.
 */
export function totpFits({ period, ...source }: TotpSource, otp: number, unixSeconds: number): boolean {
  if (!Number.isSafeInteger(unixSeconds)) return false;
  const step = BigInt(Math.floor(unixSeconds / period));
  const fits = [step - 1n, step, step + 1n].map(counter => codeFits(source, otp, counter));
  return fits.includes(true);
}

/** Whether a token showed `first` at `counter` and `second` at the next one. Numbers as for `totpFits`. */
export function hotpFits(source: HotpSource, first: number, second: number, counter: bigint): boolean {
  const fits = [codeFits(source, first, counter), codeFits(source, second, counter + 1n)];
  return !fits.includes(false);
}

/** RFC 4226, section 5.3. Two whole numbers are compared at once, so that the time taken tells no digit. */
function codeFits({ seed, hash, digits }: HotpSource, otp: number, counter: bigint): boolean {
  if (counter < 0n || counter > LAST_COUNTER) return false;
  const mac = hmacs.hmac(hash, seed, counterToBytes(counter));
  const code = dynamicTruncate(mac) % 10 ** digits;
  mac.fill(0);
  return otp === code;
}
