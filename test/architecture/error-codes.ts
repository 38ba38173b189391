import type { TSType } from 'oxc-parser';
import { type Codebase, workspaceOf } from './codebase.ts';
import { nodesOf, placeOf, type SourceFile } from './syntax.ts';

/** The codes of one error class: of `LedgerErrorCode` for `LedgerError`. */
export interface ErrorCodes {
  readonly errorClass: string;
  readonly place: string;
  readonly codes: readonly string[];
}

export interface DocumentedCode {
  readonly errorClass: string;
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Every union named `…ErrorCode` or `…FaultCode`. Throws where one is no plain union of strings, for then nobody can list it. */
export function declaredCodes(codebase: Codebase): ErrorCodes[] {
  return shippedSources(codebase).flatMap(source =>
    [...nodesOf(source.program)].flatMap(node =>
      node.type === 'TSTypeAliasDeclaration' && /(?:Error|Fault)Code$/.test(node.id.name)
        ? [
            {
              errorClass: node.id.name.slice(0, -'Code'.length),
              place: placeOf(source, node),
              codes: literalsOf(node.typeAnnotation, placeOf(source, node)),
            },
          ]
        : [],
    ),
  );
}

/** Reads `## LedgerError` headings and the rows `| code | meaning | what to do |` below each. */
export function documentedCodes(markdown: string): DocumentedCode[] {
  let errorClass = '';
  return markdown.split('\n').flatMap(line => {
    errorClass = /^## (\w+)/.exec(line)?.[1] ?? errorClass;
    const [, code, meaning = '', remedy = ''] = line.split(/(?<!\\)\|/).map(cell => cell.trim());
    const name = /^`(\w+)`$/.exec(code ?? '')?.[1];
    return name === undefined ? [] : [{ errorClass, code: name, meaning, remedy }];
  });
}

export function documentationFaults(
  declared: readonly ErrorCodes[],
  rows: readonly DocumentedCode[],
): string[] {
  const wanted = declared.flatMap(({ errorClass, codes }) => codes.map(code => `${errorClass} ${code}`));
  const written = rows.map(({ errorClass, code }) => `${errorClass} ${code}`);
  return [
    ...difference(wanted, written).map(name => `${name} is not in docs/errors.md`),
    ...difference(written, wanted).map(name => `${name} is in docs/errors.md but in no code`),
    ...repeated(written).map(name => `${name} is in docs/errors.md twice`),
    ...repeated(wanted).map(name => `${name} is declared twice`),
    ...rows.filter(({ meaning, remedy }) => meaning === '' || remedy === '').map(unexplained),
  ];
}

/** Codes that no line of shipped code, and no statement of a migration, can give. */
export function unusedCodes(
  codebase: Codebase,
  declared: readonly ErrorCodes[],
  statements: string,
): string[] {
  const uses = new Map<string, number>();
  for (const source of shippedSources(codebase)) {
    for (const text of stringsIn(source)) uses.set(text, (uses.get(text) ?? 0) + 1);
  }
  return declared.flatMap(({ place, codes }) =>
    codes
      .filter(code => (uses.get(code) ?? 0) < 2 && !statements.includes(code))
      .map(code => `${place}: nothing throws ${code}`),
  );
}

function shippedSources({ sources, ...codebase }: Codebase): SourceFile[] {
  return [...sources.values()].filter(({ path }) => {
    const folder = workspaceOf({ sources, ...codebase }, path)?.folder;
    return folder?.includes('/') && !path.endsWith('.test.ts');
  });
}

function literalsOf(type: TSType, place: string): string[] {
  if (type.type === 'TSUnionType') return type.types.flatMap(member => literalsOf(member, place));
  if (
    type.type === 'TSLiteralType' &&
    type.literal.type === 'Literal' &&
    typeof type.literal.value === 'string'
  ) {
    return [type.literal.value];
  }
  throw new TypeError(`${place}: error codes must be a union of string literals`);
}

function stringsIn(source: SourceFile): string[] {
  return [...nodesOf(source.program)].flatMap(node =>
    node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : [],
  );
}

function unexplained({ errorClass, code }: DocumentedCode): string {
  return `${errorClass} ${code} lacks its meaning or what to do`;
}

function difference(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set(some).difference(new Set(others))];
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
