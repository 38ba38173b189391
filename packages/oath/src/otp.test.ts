import { createHmac } from 'node:crypto';
import { NobleCryptoPlugin } from '@otplib/plugin-crypto-noble';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type HotpSource, hotpFits, type TotpSource, totpFits } from './otp.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const digitsOf = (length: number) => ascii('1234567890'.repeat(7).slice(0, length));

/** RFC 4226, section 5.3, once more, on a counter of any size. */
function codeOf({ seed, hash, digits }: HotpSource, counter: bigint): number {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(counter);
  const mac = createHmac(hash, seed).update(message).digest();
  return (mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff) % 10 ** digits;
}

const source = fc.record({
  seed: fc.uint8Array({ minLength: 16, maxLength: 64 }),
  hash: fc.constantFrom('sha1' as const, 'sha256' as const, 'sha512' as const),
  digits: fc.constantFrom(6 as const, 8 as const),
});

describe('the check of two HOTPs', () => {
  const rfc4226: HotpSource = { seed: digitsOf(20), hash: 'sha1', digits: 6 };
  // RFC 4226, appendix D.
  const codes = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489];

  it.each(codes.slice(1).map((second, i) => [i, codes[i] ?? -1, second]))(
    'passes those of counter %i: %i and %i',
    (counter, first, second) => {
      expect(hotpFits(rfc4226, first, second, BigInt(counter))).toBe(true);
      expect(hotpFits(rfc4226, first, second, BigInt(counter) + 1n)).toBe(false);
      expect(hotpFits(rfc4226, second, first, BigInt(counter))).toBe(false);
      expect(hotpFits(rfc4226, first, first, BigInt(counter))).toBe(false);
      expect(hotpFits(rfc4226, second, second, BigInt(counter))).toBe(false);
    },
  );

  it('passes what any token shows at a counter and at the next one', () => {
    fc.assert(
      fc.property(source, fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }), (token, counter) => {
        const [first, second] = [codeOf(token, counter), codeOf(token, counter + 1n)];
        expect(hotpFits(token, first, second, counter)).toBe(true);
      }),
    );
  });

  it.each([-1n, -(2n ** 64n), 2n ** 64n - 1n, 2n ** 64n])('fails for counter %s', counter => {
    const inRange = BigInt.asUintN(64, counter);
    const next = BigInt.asUintN(64, counter + 1n);
    const [first, second] = [codeOf(rfc4226, inRange), codeOf(rfc4226, next)];
    expect(hotpFits(rfc4226, first, second, counter)).toBe(false);
  });
});

describe('the check of a TOTP', () => {
  const rfc6238 = (hash: TotpSource['hash'], length: number): TotpSource => ({
    seed: digitsOf(length),
    hash,
    digits: 8,
    period: 30,
  });

  // RFC 6238, appendix B, with the seeds of its erratum 2866: as long as the hash.
  it.each([
    [59, 94287082, 46119246, 90693936],
    [1111111109, 7081804, 68084774, 25091201],
    [1111111111, 14050471, 67062674, 99943326],
    [1234567890, 89005924, 91819424, 93441116],
    [2000000000, 69279037, 90698825, 38618901],
    [20000000000, 65353130, 77737706, 47863826],
  ])('passes those of RFC 6238 at %i: %i, %i, %i', (time, sha1, sha256, sha512) => {
    expect(totpFits(rfc6238('sha1', 20), sha1, time)).toBe(true);
    expect(totpFits(rfc6238('sha256', 32), sha256, time)).toBe(true);
    expect(totpFits(rfc6238('sha512', 64), sha512, time)).toBe(true);
    expect(totpFits(rfc6238('sha256', 32), sha1, time)).toBe(false);
  });

  it('passes one of 6 digits, and no other number that looks like it', () => {
    const token: TotpSource = { ...rfc6238('sha1', 20), digits: 6 };
    expect(totpFits(token, 81804, 1111111109)).toBe(true);
    for (const otp of [1081804, -81804, 81804.5, 81804 + 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(totpFits(token, otp, 1111111109)).toBe(false);
    }
  });

  it('passes within one step either side, and no further', () => {
    const steps = fc.record({
      token: source,
      period: fc.constantFrom(10, 30, 60, 300),
      step: fc.integer({ min: 2, max: 10 ** 9 }),
      offset: fc.integer({ min: -2, max: 2 }),
    });
    fc.assert(
      fc.property(steps, fc.nat(9), ({ token, period, step, offset }, second) => {
        const near = [-1, 0, 1].map(i => codeOf(token, BigInt(step + i)));
        const otp = codeOf(token, BigInt(step + offset));
        expect(totpFits({ ...token, period }, otp, step * period + second)).toBe(near.includes(otp));
      }),
    );
  });

  it.each([
    [30, 0, 0n, true],
    [30, 29, 1n, true],
    [30, 29, 2n, false],
    [30, 30, 2n, true],
    [60, 59, 0n, true],
    [60, 119, 0n, true],
    [60, 120, 0n, false],
  ])('with a step of %i s at second %i, of step %s: %s', (period, time, step, fits) => {
    const token: TotpSource = { ...rfc6238('sha1', 20), period };
    expect(totpFits(token, codeOf(token, step), time)).toBe(fits);
  });

  it('fails for what is no time', () => {
    const token = rfc6238('sha1', 20);
    expect(totpFits(token, codeOf(token, 2n ** 64n - 1n), 0)).toBe(false);
    for (const time of [-60, 59.5, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53]) {
      expect(totpFits(token, 94287082, time)).toBe(false);
    }
  });
});

it('wipes every MAC and leaves the seed alone', () => {
  const made = vi.spyOn(NobleCryptoPlugin.prototype, 'hmac');
  const seed = digitsOf(20);
  totpFits({ seed, hash: 'sha1', digits: 6, period: 30 }, 287082, 59);
  hotpFits({ seed, hash: 'sha512', digits: 8 }, 0, 0, 0n);
  const macs = made.mock.results.map(({ value }) => value);
  made.mockRestore();
  expect(macs).toEqual([...Array(3).fill(new Uint8Array(20)), ...Array(2).fill(new Uint8Array(64))]);
  expect(seed).toEqual(digitsOf(20));
});
