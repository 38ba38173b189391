/** One packet as it lies in the bytes of a key or of a signature. */
export interface WholePacket {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * The packets of attacker-controlled bytes, by both header formats of RFC 9580 §4.2; lengths are definite, as everything
 * in a key or a detached signature must have (§4.2.1.4). Bodies are views.
 * @throws RangeError for what is not whole packets
 */
export function* readPackets(bytes: Uint8Array): Generator<WholePacket> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset < bytes.length) {
    const first = view.getUint8(offset);
    const { start, length } = readHeader(view, offset, first);
    if (start + length > bytes.length) throw new RangeError('a packet is cut off');
    yield {
      type: first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f,
      body: bytes.subarray(start, start + length),
    };
    offset = start + length;
  }
}

function readHeader(view: DataView, offset: number, first: number): { start: number; length: number } {
  if ((first & 0x80) === 0) throw new RangeError('no packet begins here');
  return first & 0x40 ? newLength(view, offset + 1) : oldLength(view, offset + 1, first & 0x03);
}

function newLength(view: DataView, at: number): { start: number; length: number } {
  const octet = view.getUint8(at);
  if (octet < 192) return { start: at + 1, length: octet };
  if (octet < 224) return { start: at + 2, length: ((octet - 192) << 8) + view.getUint8(at + 1) + 192 };
  if (octet === 255) return { start: at + 5, length: view.getUint32(at + 1) };
  throw new RangeError('a partial length');
}

function oldLength(view: DataView, at: number, kind: number): { start: number; length: number } {
  if (kind === 0) return { start: at + 1, length: view.getUint8(at) };
  if (kind === 1) return { start: at + 2, length: view.getUint16(at) };
  if (kind === 2) return { start: at + 4, length: view.getUint32(at) };
  throw new RangeError('an indeterminate length');
}
