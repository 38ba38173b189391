import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end with `input` on its standard input. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<Outcome> {
  const child = spawn(program, args, { stdio: 'pipe' });
  child.stdin.on('error', () => {}); // it may end without having read all, which its exit code tells
  child.stdin.end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    buffer(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
