export type Encoding = 'utf-8' | 'utf-8 with a byte order mark' | 'utf-16';

/** Bytes that tell the encoding of a file: as many as the shortest sign of UTF-16 without its mark needs. */
export const OPENING_LENGTH = 4;

export const MARK_LENGTH = 3;

/** The encoding of a file that begins with these up to four attacker-controlled bytes. */
export function encodingOf(opening: Uint8Array): Encoding {
  const [a, b, c, d] = opening;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8 with a byte order mark';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'utf-16';
  const littleEndian = a !== 0 && b === 0 && c !== 0 && d === 0;
  const bigEndian = a === 0 && b !== 0 && c === 0 && d !== 0;
  return littleEndian || bigEndian ? 'utf-16' : 'utf-8';
}
