import { createHash } from 'node:crypto';

/**
 * The fingerprint of an armored version 4 public key (RFC 9580 section 5.5.4.2), for people to compare before they
 * pin it; whether the key is any good is the server's to say. Null for what is none.
 */
export function fingerprintOf(armored: string): string | null {
  const [, body = ''] =
    /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:.+\r?\n)*\r?\n([^=-]+)/.exec(armored) ?? [];
  const key = firstPacket(Buffer.from(body, 'base64'));
  if (key === null || key[0] !== 4) return null;
  const size = Buffer.of(0x99, key.length >> 8, key.length & 0xff);
  return createHash('sha1').update(size).update(key).digest('hex').toUpperCase();
}

/** The body of a public-key packet (tag 6) at the start, in both formats of RFC 9580 section 4.2. */
function firstPacket(bytes: Buffer): Buffer | null {
  const [tag = 0, length = 0, second = 0] = bytes;
  if (tag === 0xc6 && length < 192) return whole(bytes, 2, length);
  if (tag === 0xc6 && length < 224) return whole(bytes, 3, ((length - 192) << 8) + second + 192);
  if (tag === 0x98) return whole(bytes, 2, length);
  return tag === 0x99 ? whole(bytes, 3, (length << 8) + second) : null;
}

function whole(bytes: Buffer, from: number, length: number): Buffer | null {
  return bytes.length < from + length ? null : bytes.subarray(from, from + length);
}
