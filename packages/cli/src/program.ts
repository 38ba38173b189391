import { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { example, formatItem } from './help-text.ts';
import { type Noun, nouns } from './nouns.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface ProgramParts {
  readonly terminal: Terminal;
  /** Help and version, which are data when asked for. */
  readonly writeOut: (text: string) => void;
  /** Help that nobody asked for. */
  readonly writeErr: (text: string) => void;
  /** Told the exit code of a process that a command has run to its end. */
  readonly ended: (code: number) => void;
}

/** The whole command line; only the nouns that it names have their verbs. */
export async function createProgram(parts: ProgramParts): Promise<Command> {
  const program = createRoot(parts);
  for (const noun of nouns(parts.ended)) {
    const command = addNoun(program, noun);
    if (parts.terminal.args.includes(noun.name)) (await noun.load()).define(command, parts.terminal);
  }
  return program;
}

/** `seedlot help order place` means `seedlot order place --help`. */
export function helpAsOption(args: readonly string[]): readonly string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

function addNoun(program: Command, { name, summary, group }: Noun): Command {
  return program.command(name).description(summary).helpGroup(group).helpCommand(false);
}

function createRoot({ terminal, writeOut, writeErr }: ProgramParts): Command {
  return new Command('seedlot')
    .description('Make, hand over and provably destroy the secret seeds of OATH tokens.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--server <url>', "the API's address (default: SEEDLOT_SERVER, else the running system's)")
    .option(
      '--token-file <file>',
      'who you are (default: SEEDLOT_TOKEN, else the file that SEEDLOT_TOKEN_FILE names, else ~/.config/seedlot/token)',
    )
    .option('--json', 'print data as one JSON document, errors too')
    .addHelpText('after', footer())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 16, formatItem })
    .configureOutput({
      writeOut,
      writeErr,
      outputError: () => {}, // told once, by report
      getOutHelpWidth: () => terminal.stdout.columns ?? 80,
      getErrHelpWidth: () => terminal.stderr.columns ?? 80,
      getOutHasColors: () => terminal.stdout.colours,
      getErrHasColors: () => terminal.stderr.colours,
    });
}

function footer(): string {
  const codes = Object.entries(EXIT_MEANINGS).map(
    ([kind, meaning]) => `  ${String(EXIT[kind as keyof typeof EXIT]).padEnd(4)} ${meaning}`,
  );
  return [
    example('$ seedlot order place --product ex-totp-1 --quantity 10000 --factory acme'),
    '',
    'Exit codes:',
    ...codes,
  ].join('\n');
}
