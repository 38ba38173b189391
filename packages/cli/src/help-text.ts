import { Help } from 'commander';

/** What stands below the help of a command. */
export function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map(line => `  ${line}`).join('\n')}`;
}

/** Columns that a description needs beside its term; with fewer it stands below. */
const NARROWEST = 16;
const INDENT = 2;
const BELOW = 6;

/** A term and what it means: side by side, or one below the other where the screen is too narrow for that. */
export function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  if (description === '' || width - termWidth - 2 * INDENT >= NARROWEST) {
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  }
  const lines = helper.boxWrap(description, Math.max(NARROWEST, width - BELOW)).split('\n');
  return [' '.repeat(INDENT) + term, ...lines.map(line => ' '.repeat(BELOW) + line)].join('\n');
}
