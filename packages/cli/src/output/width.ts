import { plain } from './plain.ts';

/** Blocks whose characters take two columns: East Asian wide and full-width forms, emoji (Unicode TR 11). */
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Drawn over the character before. */
const COMBINING = /[\p{Mn}\p{Me}]/u;

/** Columns that a printable text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** As much of the text as fits, printable. */
export function fit(text: string, width: number): string {
  let fitting = '';
  for (const character of plain(text)) {
    if (widthOf(fitting + character) > width) break;
    fitting += character;
  }
  return fitting;
}
