import type { LotShape } from '@seedlot/domain';
import { ErasableError } from './errors.ts';
import type { StoredFrontier } from './frontier-verify.ts';
import { base64, type MirrorLine, readMirrorLine, writeMirrorLine } from './mirror-line.ts';
import { mirrorLines } from './mirror-lines.ts';

const FORMAT = 'seedlot frontier v1';

/**
 * One lot's frontier as text for the object store, a segment at a time: a line of the lot's shape, the version and the
 * segments, a line of the top blob, a line a segment, each a JSON array. All of it is sealed: it is as safe to keep as
 * a backup of the database.
 */
export async function* exportFrontier(stored: StoredFrontier): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(headOf(stored) + writeMirrorLine([base64(stored.top)]));
  for (const segment of stored.segments) {
    yield Buffer.from(writeMirrorLine([base64(await stored.load(segment))]));
  }
}

/**
 * Runs `use` on a mirrored frontier, whose segments come as they are loaded, each once and in order. `source` may be an
 * attacker's: `mirror_malformed` for all but what `exportFrontier` writes, and for a part that `use` did not load.
 */
export async function readFrontier<T>(
  source: AsyncIterable<Uint8Array>,
  use: (stored: StoredFrontier) => Promise<T>,
): Promise<T> {
  const lines = mirrorLines(source);
  try {
    const stored = await readHead(lines);
    const result = await use(stored);
    if ((await lines.next()).done !== true) throw malformed('has more lines than it was read for');
    return result;
  } finally {
    await lines.return();
  }
}

async function readHead(lines: AsyncGenerator<string, void>): Promise<StoredFrontier> {
  const head = await nextText(lines);
  const line = readMirrorLine(head);
  const segments = Array.from({ length: Math.max(0, line.length - 6) }, (_, at) => line.whole(6 + at));
  const described = { shape: readShape(line, 1), version: line.whole(5), segments };
  if (headOf(described) !== `${head}\n`) throw malformed('begins with no line of a frontier');
  const top = await nextBlob(lines);
  let place = 0;
  const load = async (segment: number): Promise<Uint8Array> => {
    if (segments[place++] !== segment) throw malformed(`has segment ${segment} not here`);
    return nextBlob(lines);
  };
  return { ...described, top, load };
}

function headOf({ shape, version, segments }: Omit<StoredFrontier, 'top' | 'load'>): string {
  return writeMirrorLine([FORMAT, ...shapeFields(shape), version, ...segments]);
}

/** Four fields of a line; `readShape` reads them. */
export function shapeFields({ lot, firstSerial, quantity, seedLength }: LotShape): (string | number)[] {
  return [lot, firstSerial.toString(), quantity, seedLength];
}

export function readShape(line: MirrorLine, at: number): LotShape {
  const [lot, firstSerial] = [line.lot(at), line.serial(at + 1)];
  return { lot, firstSerial, quantity: line.whole(at + 2), seedLength: line.whole(at + 3) };
}

async function nextBlob(lines: AsyncGenerator<string, void>): Promise<Uint8Array> {
  const text = await nextText(lines);
  const sealed = readMirrorLine(text).sealed(0);
  if (writeMirrorLine([base64(sealed)]) === `${text}\n`) return sealed;
  throw malformed('has a line that is no sealed blob');
}

async function nextText(lines: AsyncGenerator<string, void>): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw malformed('ends too early');
  return value;
}

function malformed(how: string): ErasableError {
  return new ErasableError('mirror_malformed', `the mirror of a frontier ${how}`);
}
