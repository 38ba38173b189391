/** A command of a transcript and what it must answer. */
export interface Step {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly command: string;
  /** Expected lines, as patterns; those of stderr begin with `! `. */
  readonly output: readonly string[];
  readonly exitCode: number;
}

/** Something that happens to the world between two commands. */
export interface Event {
  readonly line: number;
  readonly event: string;
}

/**
 * Reads a transcript. `#` is a comment, `%` an event, `$` a command, which goes on in the next line after a `\`; then
 * follow its lines on stdout, `!` those on stderr, `=` its exit code unless 0. An empty line ends a step.
 */
export function parseTranscript(text: string): (Step | Event)[] {
  const parsed: (Step | Event)[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const number = at + 1;
    at += 1;
    if (line.startsWith('% ')) parsed.push({ line: number, event: line.slice(2) });
    if (!line.startsWith('$ ')) continue;
    let command = line.slice(2);
    for (; command.endsWith('\\'); at += 1) command = `${command.slice(0, -1)}${(lines[at] ?? '').trim()}`;
    const end = lines.indexOf('', at) < 0 ? lines.length : lines.indexOf('', at);
    const answer = lines.slice(at, end);
    at = end;
    const exit = answer.find(one => one.startsWith('= '));
    const output = answer.filter(one => one !== exit);
    parsed.push({ line: number, command, output, exitCode: Number(exit?.slice(2) ?? 0) });
  }
  return parsed;
}

/** What a pattern stands for; everything else means itself. */
const PATTERNS: Readonly<Record<string, string>> = {
  '<any>': '.*',
  '<folder>': '/.*',
  '<sha256>': '[0-9a-f]{64}',
  '<token>': 'seedlot_[0-9a-f]{32}_[0-9A-Za-z_-]{43}',
  '<key>': '[0-9A-F]{40}',
  '<time>': '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ',
  '<port>': '\\d+',
  '<version>': '\\d+\\.\\d+\\.\\d+',
  '<size>': '[0-9.]+ [kMG]?B',
};

export function matches(pattern: string, line: string): boolean {
  const parts = pattern.split(/(<\w+>)/).map(part => PATTERNS[part] ?? RegExp.escape(part));
  return new RegExp(`^${parts.join('')}$`).test(line);
}

/** Stands for any number of lines, on stdout or on stderr. */
const ANY_LINES = ['...', '! ...'];

/** The expected lines with what came in place of each pattern that fits: equal to what came when all is well. */
export function settle(expected: readonly string[], came: readonly string[]): string[] {
  const settled: string[] = [];
  for (const [at, pattern] of expected.entries()) {
    const line = came[settled.length];
    if (ANY_LINES.includes(pattern)) settled.push(...runBefore(expected[at + 1], came.slice(settled.length)));
    else settled.push(line !== undefined && matches(pattern, line) ? line : pattern);
  }
  return settled;
}

/** The lines before the first that `next` fits; all of them where nothing follows. */
function runBefore(next: string | undefined, lines: readonly string[]): readonly string[] {
  if (next === undefined) return lines;
  const end = lines.findIndex(line => matches(next, line));
  return end < 0 ? [] : lines.slice(0, end);
}
