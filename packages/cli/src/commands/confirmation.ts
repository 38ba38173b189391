import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { plainLines } from '../output/plain.ts';
import type { Terminal } from '../terminal.ts';

export interface ConfirmationOptions {
  readonly yes?: boolean;
}

export interface Question {
  /** What will be done, so that it can be understood without what was printed before. */
  readonly what: string;
  /** The word that means consent: `yes`, or something that nobody types by habit. */
  readonly word: string;
}

/** Bytes of the longest answer that is listened to. */
const LIMIT = 1024;

export function addYes(command: Command): Command {
  return command.option('-y, --yes', 'do not ask; a script must say so');
}

/** Lets a person consent to what cannot be taken back. Throws `not_confirmed`; `usage` where nobody can be asked. */
export async function confirm(
  { terminal }: Invocation,
  { yes }: ConfirmationOptions,
  { what, word }: Question,
): Promise<void> {
  if (yes === true) return;
  if (!terminal.attended) {
    throw new CliError('usage', 'This asks for a confirmation, and nobody is here to give it', {
      advice: 'Say --yes if you mean it',
    });
  }
  await terminal.stderr.write(`${plainLines(what)}\nType ${word} to go on: `);
  if ((await typedLine(terminal)) === word) return;
  throw new CliError('not_confirmed', 'That was not the word; nothing has been done');
}

/** What the person types, without its line end and spaces around it. */
async function typedLine({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  let typed = '';
  for await (const chunk of stdin) {
    typed += Buffer.from(chunk).toString('utf8');
    if (typed.includes('\n') || typed.length > LIMIT) break;
  }
  return (typed.split('\n')[0] ?? '').trim();
}
