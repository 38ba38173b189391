import { ErasableError } from './errors.ts';

/**
 * The first `count` pieces of `pieceBytes` each of a stream that gives chunks of any length, in one buffer that is
 * overwritten by the next piece; then the stream is closed. Throws `sealed_file_damaged` when it ends before.
 */
export async function* inPieces(
  stream: AsyncIterable<Uint8Array>,
  pieceBytes: number,
  count: number,
): AsyncGenerator<Uint8Array, void, void> {
  const piece = new Uint8Array(pieceBytes);
  let [left, filled] = [count, 0];
  for await (const chunk of stream) {
    for (let taken = 0; taken < chunk.byteLength && left > 0; ) {
      const part = chunk.subarray(taken, taken + pieceBytes - filled);
      piece.set(part, filled);
      filled += part.byteLength;
      taken += part.byteLength;
      if (filled < pieceBytes) continue;
      yield piece;
      left -= 1;
      filled = 0;
    }
    if (left === 0) return;
  }
  throw new ErasableError(
    'sealed_file_damaged',
    `the stored file ended ${left * pieceBytes - filled} bytes early`,
  );
}

/** The first bytes of a stream. */
export async function firstBytes(stream: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const [bytes] = await Array.fromAsync(inPieces(stream, length, 1));
  return bytes ?? new Uint8Array(0);
}
