import { generateKey, type KeyOptions, type PrivateKey } from 'openpgp';

/** The day on which tests live, and one a while before it, on which their keys are made. */
export const now = new Date('2030-06-01T12:00:00Z');
export const earlier = new Date('2030-01-01T00:00:00Z');

/** A key made `earlier`; Curve25519 as every tool has it unless `options` say otherwise. */
export async function makeKey(options: Partial<KeyOptions> = {}): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name: 'Factory', email: 'keys@factory.example' }],
    date: earlier,
    ...options,
    format: 'object',
  });
  return privateKey;
}

/** `data` cut at `sizes` in turn, each piece a view that is overwritten when the next is pulled. */
export async function* pieces(data: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const room = Buffer.allocUnsafeSlow(Math.max(1, ...sizes));
  let offset = 0;
  for (let turn = 0; offset < data.length; turn++) {
    const size = sizes[turn % sizes.length] ?? data.length;
    const piece = data.subarray(offset, offset + size);
    room.fill(0xff).set(piece);
    yield room.subarray(0, piece.length);
    offset += size;
  }
  room.fill(0xff);
}

/** Copies of all chunks of a stream, as one. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** One packet: its type and its body, put together again where it came in parts. */
export interface ReadPacket {
  readonly type: number;
  readonly body: Buffer;
  /** Lengths of its parts; the last one is definite. */
  readonly parts: readonly number[];
}

/** Reads packets in the OpenPGP format by the letter of RFC 9580 §4.2.1, apart from the code under test. */
export function readPackets(bytes: Buffer): ReadPacket[] {
  const packets: ReadPacket[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes.readUInt8(at) & 0x3f;
    const { body, parts, end } = readBody(bytes, at + 1);
    packets.push({ type, body, parts });
    at = end;
  }
  return packets;
}

function readBody(bytes: Buffer, start: number): { body: Buffer; parts: number[]; end: number } {
  const pieces: Buffer[] = [];
  for (let at = start; ; ) {
    const { length, octets, last } = readLength(bytes, at);
    const piece = bytes.subarray(at + octets, at + octets + length);
    if (piece.length !== length) throw new RangeError('a body is cut off');
    pieces.push(piece);
    at += octets + length;
    if (last) return { body: Buffer.concat(pieces), parts: pieces.map(({ length }) => length), end: at };
  }
}

function readLength(bytes: Buffer, at: number): { length: number; octets: number; last: boolean } {
  const first = bytes.readUInt8(at);
  if (first < 192) return { length: first, octets: 1, last: true };
  if (first < 224) return { length: bytes.readUInt16BE(at) - 0xc000 + 192, octets: 2, last: true };
  if (first < 255) return { length: 2 ** (first & 0x1f), octets: 1, last: false };
  return { length: bytes.readUInt32BE(at + 1), octets: 5, last: true };
}
