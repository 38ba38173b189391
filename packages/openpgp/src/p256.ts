import { createECDH, type ECDH } from 'node:crypto';
import { timeOctets } from './packet.ts';

/** Octets of the private scalar, big-endian. */
export const SCALAR_LENGTH = 32;

/** Version 4, ECDSA, and the object identifier of NIST P-256 with its length (RFC 9580 §5.5.2.3, §9.2). */
const VERSION = Uint8Array.of(4);
const ECDSA_P256 = Uint8Array.of(19, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);
/** An uncompressed point is an MPI of 515 bits: its first octet is 4. */
const POINT_BITS = Uint8Array.of(0x02, 0x03);

/** The body of a public-key packet. */
export function publicKeyBody(point: Uint8Array, created: Date): Buffer {
  return Buffer.concat([VERSION, timeOctets(created), ECDSA_P256, POINT_BITS, point]);
}

/** The body of an unprotected secret-key packet (RFC 9580 §5.5.3). The caller wipes it. */
export function secretKeyBody(publicBody: Uint8Array, scalar: Uint8Array): Buffer {
  const body = Buffer.allocUnsafeSlow(publicBody.length + 1 + 2 + SCALAR_LENGTH + 2);
  body.set(publicBody);
  const bits = body.writeUInt8(0, publicBody.length);
  body.set(scalar, body.writeUInt16BE(SCALAR_LENGTH * 8, bits));
  const sum = body.subarray(bits, -2).reduce((total, octet) => total + octet, 0);
  body.writeUInt16BE(sum & 0xffff, body.length - 2);
  return body;
}

/** A new pair; `scalar` is a secret that the caller wipes. */
export function generatePair(): { point: Buffer; scalar: Buffer } {
  const pair = createECDH('prime256v1');
  const point = pair.generateKeys();
  return { point, scalar: padded(pair) };
}

/** Whether `publicBody` is that of a P-256 key and `scalar` its private half. */
export function isPair(publicBody: Uint8Array, scalar: Uint8Array): boolean {
  const point = pointOf(scalar);
  if (point === undefined) return false;
  const head = Buffer.concat([ECDSA_P256, POINT_BITS, point]);
  return publicBody[0] === VERSION[0] && head.equals(publicBody.subarray(VERSION.length + 4));
}

/** The public point; undefined where `scalar` is no private scalar of this curve. */
function pointOf(scalar: Uint8Array): Buffer | undefined {
  if (scalar.length !== SCALAR_LENGTH) return undefined;
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(scalar);
    return pair.getPublicKey();
  } catch {
    return undefined;
  }
}

/** Node leaves leading zeros out. */
function padded(pair: ECDH): Buffer {
  const short = pair.getPrivateKey();
  const scalar = Buffer.allocUnsafeSlow(SCALAR_LENGTH).fill(0);
  scalar.set(short, SCALAR_LENGTH - short.length);
  short.fill(0);
  return scalar;
}
