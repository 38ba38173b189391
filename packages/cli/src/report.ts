import { CommanderError } from 'commander';
import { adviceFor } from './advice.ts';
import { CliError } from './errors.ts';
import { plain, plainJson } from './output/plain.ts';
import { styled } from './output/style.ts';
import { problemLines } from './problem-lists.ts';
import type { Screen, Terminal } from './terminal.ts';

/** Any fault of a command as a CliError; null for one that is nobody's but ours. */
export function told(fault: unknown): CliError | null {
  if (fault instanceof CliError) return fault;
  if (!(fault instanceof CommanderError)) return null;
  const [first = '', ...hints] = fault.message.replace(/^error: /, '').split('\n');
  const what = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  return new CliError('usage', what, {
    advice: hints.join(' ').replace(/^\((.*)\)$/, '$1') || 'See --help',
    cause: fault,
  });
}

/** Tells a fault on stderr in one or two lines and what the server lists, or as JSON; never with a stack trace. */
export async function report(terminal: Terminal, fault: unknown): Promise<void> {
  const error = told(fault);
  const text = terminal.args.includes('--json')
    ? asJson(error, fault)
    : asText(terminal.stderr, error, fault);
  await terminal.stderr.write(`${text}\n`).catch(() => {}); // nobody listens: the exit code still tells
}

function asText(screen: Screen, error: CliError | null, fault: unknown): string {
  const name = styled(screen, 'red', 'seedlot:');
  if (error === null) return `${name} ${plain(defectOf(fault))} [defect]`;
  const advice = adviceOf(error);
  const what = `${name} ${sentence(error.message)} [${plain(error.problem?.code ?? error.code)}]`;
  const lists = error.problem === null ? [] : problemLines(error.problem);
  return [
    what,
    ...lists.map(line => `  ${line}`),
    ...(advice === null ? [] : [`  ${sentence(advice)}`]),
  ].join('\n');
}

/** A problem of the server as it came; ours in the same shape. */
function asJson(error: CliError | null, fault: unknown): string {
  if (error === null) return plainJson({ title: defectOf(fault), code: 'defect' });
  if (error.problem !== null) return plainJson(error.problem);
  const { message, code, advice } = error;
  return plainJson({ title: message, code, ...(advice === null ? {} : { detail: advice }) });
}

function adviceOf(error: CliError): string | null {
  return error.problem === null ? error.advice : adviceFor(error.problem);
}

/** The fault's class and where it arose: its message may hold what no screen should show. */
function defectOf(fault: unknown): string {
  if (!(fault instanceof Error)) return `A defect of seedlot: ${typeof fault}`;
  const [, place] = /^\s+at .*?([^/\\(]+:\d+:\d+)\)?$/m.exec(fault.stack ?? '') ?? [];
  return `A defect of seedlot: ${fault.name} at ${place ?? 'an unknown place'}`;
}

function sentence(text: string): string {
  const line = plain(text);
  return /[.!?…)]$/.test(line) ? line : `${line}.`;
}
