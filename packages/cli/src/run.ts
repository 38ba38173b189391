import { CommanderError } from 'commander';
import { CliError } from './errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { systemCode } from './local-files.ts';
import { createProgram, helpAsOption } from './program.ts';
import { report, told } from './report.ts';
import type { Terminal } from './terminal.ts';

/** As a shell tells of a program that wrote to where nobody reads any more (128 and SIGPIPE). */
const BROKEN_PIPE = 141;
/** The same of one that SIGTERM ended. */
const TERMINATED = 143;

/** Runs one command line to its end; returns the exit code and never throws. */
export async function run(terminal: Terminal): Promise<number> {
  try {
    return await perform(terminal);
  } catch (fault) {
    if (fault instanceof CliError && systemCode(fault.cause) === 'EPIPE') return BROKEN_PIPE;
    const { aborted, reason } = terminal.interrupted;
    if (!aborted) return tell(terminal, fault);
    await report(terminal, interruption(fault));
    return reason === 'SIGTERM' ? TERMINATED : EXIT.interrupted;
  }
}

async function perform(terminal: Terminal): Promise<number> {
  const help = { out: '', err: '' };
  let code: number = EXIT.ok;
  const program = await createProgram({
    terminal,
    writeOut: text => {
      help.out += text;
    },
    writeErr: text => {
      help.err += text;
    },
    ended: exitCode => {
      code = exitCode;
    },
  });
  try {
    await program.parseAsync(helpAsOption(terminal.args), { from: 'user' });
    return code;
  } catch (fault) {
    if (!(fault instanceof CommanderError) || (help.out === '' && help.err === '')) throw fault;
    await terminal.stdout.write(help.out);
    await terminal.stderr.write(help.err);
    return fault.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

async function tell(terminal: Terminal, fault: unknown): Promise<number> {
  await report(terminal, fault);
  return exitCodeOf(told(fault));
}

/** Whatever breaks when somebody stops a command broke for that reason. */
function interruption(fault: unknown): CliError {
  if (fault instanceof CliError && fault.code === 'interrupted') return fault;
  return new CliError('interrupted', 'Interrupted', { cause: fault });
}
