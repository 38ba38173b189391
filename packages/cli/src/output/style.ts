import { styleText } from 'node:util';
import type { Screen } from '../terminal.ts';

/** The text in a style, where the screen shows any. */
export function styled(screen: Screen, style: 'bold' | 'red' | 'green' | 'dim', text: string): string {
  return screen.colours ? styleText(style, text, { validateStream: false }) : text;
}
