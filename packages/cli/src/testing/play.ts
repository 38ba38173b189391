import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../run.ts';
import { TestTerminal } from './test-terminal.ts';
import { type Event, parseTranscript, type Step, settle } from './transcript.ts';

/** Where the commands of a transcript run. */
export interface Scene {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Makes the events happen; throws for one that it does not know. */
  readonly happen: (event: string) => void | Promise<void>;
}

/** A command as it was expected, and as it came: equal when all is well. */
export interface Played {
  readonly expected: string;
  readonly came: string;
}

/** Plays a transcript from its first line to its last. `seedlot` runs in this process, all else in a shell. */
export async function* play(text: string, scene: Scene): AsyncGenerator<Played> {
  let columns: number | null = null;
  let typed: string | undefined;
  for (const step of parseTranscript(text)) {
    if (isEvent(step)) {
      const width = /^a terminal of (\d+) columns$/.exec(step.event)?.[1];
      const answer = /^a person types "(.*)"$/.exec(step.event)?.[1];
      if (width !== undefined) columns = Number(width);
      else if (answer !== undefined) typed = answer;
      else await scene.happen(step.event);
      continue;
    }
    const { lines, exitCode } = await runCommand(step.command, scene, { columns, typed });
    typed = undefined;
    const title = `line ${step.line}: $ ${step.command}`;
    yield {
      expected: [title, ...settle(step.output, lines), `= ${step.exitCode}`].join('\n'),
      came: [title, ...lines, `= ${exitCode}`].join('\n'),
    };
  }
}

function isEvent(step: Step | Event): step is Event {
  return 'event' in step;
}

interface Ran {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** The person before the terminal: how wide it is, and what they type at the next question. */
interface Person {
  readonly columns: number | null;
  readonly typed: string | undefined;
}

/** `NAME=value seedlot order place < FILE > FILE` */
async function runCommand(command: string, scene: Scene, { columns, typed }: Person): Promise<Ran> {
  const words = wordsOf(command);
  const start = words.findIndex(word => !/^[A-Z_]+=/.test(word));
  if (words[start] !== 'seedlot') return shell(command, scene.folder);
  const { args, from, to } = redirected(words.slice(start + 1));
  const own = Object.fromEntries(words.slice(0, start).map(word => word.split('=', 2)));
  const terminal = new TestTerminal({
    args,
    env: { ...scene.env, ...own },
    folder: scene.folder,
    columns: to === undefined ? columns : null,
    ...(from === undefined ? {} : { stdin: await readFile(path.join(scene.folder, from)) }),
    ...(typed === undefined ? {} : { stdin: Buffer.from(`${typed}\n`), attended: true }),
  });
  const exitCode = await run(terminal);
  if (to !== undefined) await writeFile(path.join(scene.folder, to), terminal.stdout.bytes);
  const out = to === undefined ? linesOf(terminal.stdout.bytes) : [];
  return { lines: [...out, ...linesOf(terminal.stderr.bytes).map(line => `! ${line}`)], exitCode };
}

function shell(command: string, folder: string): Promise<Ran> {
  return new Promise(resolve => {
    execFile('sh', ['-c', command], { cwd: folder }, (fault, stdout, stderr) => {
      const err = linesOf(Buffer.from(stderr)).map(line => `! ${line}`);
      resolve({ lines: [...linesOf(Buffer.from(stdout)), ...err], exitCode: Number(fault?.code ?? 0) });
    });
  });
}

/** Words as a shell splits them, with single and double quotes that hold no others. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));
}

function redirected(words: readonly string[]): { args: string[]; from?: string; to?: string } {
  const after = (sign: string) => words[words.indexOf(sign) + 1];
  const isRedirection = (at: number) =>
    ['<', '>'].includes(words[at] ?? '') || ['<', '>'].includes(words[at - 1] ?? '');
  const [from, to] = [
    words.includes('<') ? after('<') : undefined,
    words.includes('>') ? after('>') : undefined,
  ];
  const args = words.filter((_word, at) => !isRedirection(at));
  return { args, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Lines as a person sees them one after the other: a bar that is drawn again is another line. */
function linesOf(bytes: Buffer): string[] {
  const text = bytes.toString('utf8').replaceAll('\r\x1b[K', '\n');
  return text.split('\n').filter(line => line !== '');
}
