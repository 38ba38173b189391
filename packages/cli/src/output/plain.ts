/**
 * What a terminal might obey or a reader might not see: control characters, invisible formatting (bidirectional
 * overrides, zero-width), line and paragraph separators, halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Attacker-controlled text as one line that is safe to print: every unprintable character becomes a visible �. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

/** The same for text of several lines. */
export function plainLines(text: string): string {
  return text.split(/\r?\n/).map(plain).join('\n');
}

/** One JSON document that says exactly the same in printable characters: what is unprintable is escaped. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map(line => line.replace(UNPRINTABLE, escaped))
    .join('\n');
}

/** The same on a line of its own. */
export function plainJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join('');
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
