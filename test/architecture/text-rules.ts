/** A text file of the project. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export const LINE_LIMIT = 500;

interface WordRule {
  readonly pattern: RegExp;
  readonly what: string;
}

// Written so that no pattern matches its own source.
const WORDS: readonly WordRule[] = [
  { pattern: /\b(?:TO{1}DO|FIX{1}ME|X{3})\b/, what: 'unfinished work' },
  { pattern: /(?<![\w.~*-])\/(?:work|root|home)\//, what: 'path of one machine' },
  { pattern: /\.\.\/shared\b|\bDESIGN{1}\.md\b/, what: 'file outside the project' },
  {
    pattern: /\bregistry\.[\w-]+\.\w+|\bnpmjs\.\w+|\bnpmmirror\.\w+|\bdeb\.debian\.\w+/,
    what: 'registry host',
  },
  { pattern: /@ts-(?:ignore|nocheck)\b/, what: 'type checking switched off' },
];

const DRAWERS = /(?:^|[/.-])(?:utils?|helpers?|commons?|managers?|misc)(?=[/.-]|$)/;

export function wordFaults({ path, text }: TextFile): string[] {
  return text.split('\n').flatMap((line, index) => {
    const broken = WORDS.filter(({ pattern }) => pattern.test(line));
    return broken.map(({ what }) => `${path}:${index + 1}: ${what}: ${line.trim().slice(0, 100)}`);
  });
}

export function nameFaults(path: string): string[] {
  return DRAWERS.test(path) ? [`${path}: a name that tells nothing about what is inside`] : [];
}

export function lengthFaults({ path, text }: TextFile): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > LINE_LIMIT ? [`${path}: ${lines} lines, ${LINE_LIMIT} are the limit`] : [];
}

/** pnpm notes where a package came from only when that is no ordinary registry entry. */
export function lockfileFaults(text: string): string[] {
  const origins = /https?:|\btarball:|\bgit\+|(?<![\w-])file:/;
  return text
    .split('\n')
    .flatMap((line, index) =>
      origins.test(line) ? [`pnpm-lock.yaml:${index + 1}: names an origin: ${line.trim()}`] : [],
    );
}
