import { ErasableError } from './errors.ts';

/** Characters that the longest line may have: the top blob of a lot of 4,096 segments, as base64, has under 300,000. */
const LINE_LIMIT = 1_000_000;

/** The lines of a mirror that may be an attacker's, one at a time. Throws `mirror_malformed` for one without an end. */
export async function* mirrorLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  let begun = '';
  for await (const chunk of source) {
    const lines = (
      begun + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
    ).split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
    if (begun.length > LINE_LIMIT) throw unended(begun);
  }
  if (begun.length > 0) throw unended(begun);
}

function unended(line: string): ErasableError {
  return new ErasableError('mirror_malformed', `a line of ${line.length} characters has no end`);
}
