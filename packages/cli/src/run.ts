import { CommanderError } from 'commander';
import { CliError } from './errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { systemCode } from './local-files.ts';
import { createProgram, helpAsOption } from './program.ts';
import { report, told } from './report.ts';
import type { Terminal } from './terminal.ts';

/** As a shell tells of a program that wrote to where nobody reads any more (128 and SIGPIPE). */
const BROKEN_PIPE = 141;

/** Runs one command line to its end; returns the exit code and never throws. */
export async function run(terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  let out = '';
  let err = '';
  try {
    const program = await createProgram({
      terminal,
      writeOut: text => {
        out += text;
      },
      writeErr: text => {
        err += text;
      },
      ended: exitCode => {
        code = exitCode;
      },
    });
    await program.parseAsync(helpAsOption(terminal.args), { from: 'user' });
    return code;
  } catch (fault) {
    return await failed(terminal, fault, { out, err });
  }
}

async function failed(
  terminal: Terminal,
  fault: unknown,
  help: { out: string; err: string },
): Promise<number> {
  if (fault instanceof CliError && systemCode(fault.cause) === 'EPIPE') return BROKEN_PIPE;
  if (fault instanceof CommanderError) {
    await terminal.stdout.write(help.out);
    await terminal.stderr.write(help.err);
    if (fault.exitCode === 0) return EXIT.ok;
    if (help.err !== '') return EXIT.usage;
  }
  await report(terminal, fault);
  if (terminal.interrupted.aborted) return terminal.interrupted.reason === 'SIGTERM' ? 143 : EXIT.interrupted;
  return exitCodeOf(told(fault));
}
