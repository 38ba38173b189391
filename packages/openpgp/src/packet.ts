/** Packet types that this package reads or writes (RFC 9580 §5). */
export const tag = {
  signature: 2,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  literalData: 11,
  userId: 13,
  integrityProtectedData: 18,
  modificationDetectionCode: 19,
} as const;

/** The first octet of a packet in the OpenPGP format (RFC 9580 §4.2.1). */
export function tagOctet(type: number): number {
  return 0xc0 | type;
}

/** A length of one, two or five octets (RFC 9580 §4.2.1.1 to §4.2.1.3). */
export function lengthOctets(length: number): Uint8Array {
  if (length < 192) return Uint8Array.of(length);
  if (length < 8384) return Uint8Array.of(((length - 192) >> 8) + 192, (length - 192) & 0xff);
  const octets = new Uint8Array(5);
  octets[0] = 0xff;
  new DataView(octets.buffer).setUint32(1, length);
  return octets;
}

/** A whole packet with a definite length. Not for secrets: it copies `body`. */
export function packet(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(tagOctet(type)), lengthOctets(body.length), body]);
}

/** Seconds since 1970 in four octets, rounded down (RFC 9580 §3.5). */
export function timeOctets(date: Date): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(Math.floor(date.getTime() / 1000));
  return octets;
}
