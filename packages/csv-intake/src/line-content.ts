import { CARRIAGE_RETURN, QUOTE, TAB } from './bytes.ts';
import type { FaultList } from './fault-list.ts';

/** Kinds of bytes that no line should have, as bits. */
const CONTROL = 1;
const RETURN = 2;
const QUOTED = 4;
const NON_ASCII = 8;

const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === CARRIAGE_RETURN) return RETURN;
  if (byte === QUOTE) return QUOTED;
  if (byte >= 0x80) return NON_ASCII;
  return (byte < 0x20 && byte !== TAB) || byte === 0x7f ? CONTROL : 0;
});

/**
 * The content of an attacker-controlled line, without the CR at its end, or null when there is none that could be read. Tells what is
 * wrong with its bytes. Quotes stay: who splits the line leaves them out.
 */
export function readableContent(
  line: number,
  bytes: Uint8Array,
  faults: FaultList<string>,
): Uint8Array | null {
  const kinds = kindsIn(bytes);
  const content = kinds === 0 ? bytes : ofUnusual(line, bytes, kinds, faults);
  if (content?.length !== 0) return content;
  faults.tell(line, 'line_empty', 'The line is empty');
  return null;
}

function kindsIn(bytes: Uint8Array): number {
  let kinds = 0;
  for (let i = 0; i < bytes.length; i++) kinds |= KINDS[bytes[i] ?? 0] ?? 0;
  return kinds;
}

function ofUnusual(
  line: number,
  bytes: Uint8Array,
  kinds: number,
  faults: FaultList<string>,
): Uint8Array | null {
  const endsWithReturn = bytes.at(-1) === CARRIAGE_RETURN;
  const content = endsWithReturn ? bytes.subarray(0, -1) : bytes;
  if (endsWithReturn) faults.tellOnce(line, 'line_ending_crlf', 'Lines end with CR and LF, from this one on');
  if (kinds & QUOTED) faults.tellOnce(line, 'quotes_used', 'The file has quotes, from this line on');
  if (kinds & CONTROL || content.includes(CARRIAGE_RETURN)) {
    faults.tell(line, 'character_control', 'The line has a control character in it, such as NUL or CR');
    return null;
  }
  if (kinds & NON_ASCII && !isUtf8(content)) {
    faults.tell(line, 'encoding_not_utf8', 'The line is not UTF-8');
    return null;
  }
  return content;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}
