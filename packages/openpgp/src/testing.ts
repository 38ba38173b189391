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
