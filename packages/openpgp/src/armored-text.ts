/** Bit 7 of a packet's first octet is always set (RFC 9580 §4.2), of an ASCII character never; a BOM is no packet. */
export function isBinary(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x80) !== 0 && byteOrderMark(bytes) === undefined;
}

/** The text of attacker-controlled bytes, also in the UTF-16 that PowerShell writes. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder(byteOrderMark(bytes) ?? 'utf-8').decode(bytes);
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  return undefined;
}

/** What `text` holds: the kinds of its blocks, as PUBLIC KEY BLOCK, and it all from the first of them on, not indented. */
export function findBlocks(text: string): { kinds: string[]; armored: string } {
  const lines = text.split(/\r\n|\r|\n/).map(line => line.trim());
  const heads = lines.map(line => /^-----BEGIN PGP ([^-]+)-----$/.exec(line)?.[1]);
  const begin = heads.findIndex(kind => kind !== undefined);
  return {
    kinds: heads.filter(kind => kind !== undefined),
    armored: `${lines.slice(begin).join('\n')}\n`,
  };
}
