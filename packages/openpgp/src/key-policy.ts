import { type AlgorithmInfo, type Config, enums, config as libraryDefaults } from 'openpgp';
import { OpenPgpError } from './errors.ts';

/**
 * What a key needs to be used. openpgp.js would accept self-signatures over SHA-1, and brainpool keys, which it then
 * cannot use without a package that it does not declare. It counts the bits of an RSA modulus, and 2047 of them are
 * what some makers of 2048-bit keys leave.
 */
export const strict: Config = {
  ...libraryDefaults,
  minRSABits: 2047,
  rejectHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
  rejectPublicKeyAlgorithms: new Set([enums.publicKey.dsa, enums.publicKey.elgamal]),
  rejectCurves: new Set([
    enums.curve.secp256k1,
    enums.curve.brainpoolP256r1,
    enums.curve.brainpoolP384r1,
    enums.curve.brainpoolP512r1,
  ]),
};

/**
 * Only to find out why a key was refused, and for revocations: one over SHA-1 still revokes, since forging it gains
 * nobody anything but a refusal, and ignoring it would bring a stolen key back to life.
 */
export const anyHash: Config = { ...strict, rejectHashAlgorithms: new Set() };

const supportedCurves: ReadonlySet<string> = new Set([
  'nistP256',
  'nistP384',
  'nistP521',
  'ed25519Legacy',
  'curve25519Legacy',
]);
const supportedAlgorithms: ReadonlySet<string> = new Set(['ed25519', 'x25519']);

/**
 * Algorithms with a modulus of `bits` are RSA, DSA and ElGamal; the others have a curve, named or in the algorithm's name.
 * @throws OpenPgpError pgp_key_weak, pgp_key_unsupported
 */
export function assertAlgorithm({ algorithm, bits, curve }: AlgorithmInfo): void {
  if (bits === undefined) assertCurve(algorithm, curve ?? algorithm);
  else assertModulus(algorithm, bits);
}

function assertCurve(algorithm: string, curve: string): void {
  if (supportedAlgorithms.has(algorithm) || supportedCurves.has(curve)) return;
  throw refused('pgp_key_unsupported', curve);
}

function assertModulus(algorithm: string, bits: number): void {
  if (!algorithm.startsWith('rsa')) throw refused('pgp_key_weak', algorithm.toUpperCase());
  if (bits < strict.minRSABits) throw refused('pgp_key_weak', `RSA of ${bits} bits`);
}

function refused(code: 'pgp_key_weak' | 'pgp_key_unsupported', algorithm: string): OpenPgpError {
  const why = code === 'pgp_key_weak' ? 'is too weak' : 'is not supported';
  return new OpenPgpError(
    code,
    `This key uses ${algorithm}, which ${why}. Make one of RSA (3072 or 4096 bits), Curve25519 or NIST P-256.`,
  );
}
