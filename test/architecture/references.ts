import path from 'node:path';
import type { Node } from 'oxc-parser';
import { nodesOf, placeOf, type SourceFile } from './syntax.ts';

/** How a file names another module. A `location` is `new URL('…', import.meta.url)`. */
export type ReferenceKind = 'import' | 'type' | 'location' | 'opaque';

export interface Reference {
  readonly from: string;
  readonly place: string;
  readonly kind: ReferenceKind;
  /** As written; the source text of the expression where it is no literal. */
  readonly specifier: string;
}

/** Everything outside itself that a file names. What no reader can resolve comes out as `opaque`. */
export function referencesOf(source: SourceFile): Reference[] {
  const found: Reference[] = [];
  for (const node of nodesOf(source.program)) {
    const named = namedBy(node);
    if (named === null) continue;
    const specifier = specifierOf(named);
    found.push({
      from: source.path,
      place: placeOf(source, node),
      kind: specifier === null ? 'opaque' : named.kind,
      specifier: specifier ?? source.text.slice(node.start, node.end),
    });
  }
  return found;
}

/** The project's file that a relative reference means. */
export function resolveRelative(reference: Reference): string {
  return path.posix.join(path.posix.dirname(reference.from), reference.specifier);
}

export function isRelative(specifier: string): boolean {
  return /^\.{1,2}(\/|$)/.test(specifier);
}

interface Named {
  readonly kind: ReferenceKind;
  readonly target: Node | undefined;
}

/** A location is relative to its file also without `./` in front. */
function specifierOf({ kind, target }: Named): string | null {
  const text = literal(target);
  const bare = text !== null && kind === 'location' && !isRelative(text) && !/^(\/|[\w@#-]+:)/.test(text);
  return bare ? `./${text}` : text;
}

function namedBy(node: Node): Named | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { kind: node.importKind === 'type' ? 'type' : 'import', target: node.source };
    case 'ExportAllDeclaration':
      return { kind: node.exportKind === 'type' ? 'type' : 'import', target: node.source };
    case 'ExportNamedDeclaration':
      if (node.source === null) return null;
      return { kind: node.exportKind === 'type' ? 'type' : 'import', target: node.source };
    case 'TSImportType':
      return { kind: 'type', target: node.source };
    case 'ImportExpression':
      return { kind: 'import', target: node.source };
    case 'NewExpression':
      return isLocation(node.callee, node.arguments[1])
        ? { kind: 'location', target: node.arguments[0] }
        : null;
    case 'CallExpression':
      return calledBy(node.callee, node.arguments[0]);
    default:
      return null;
  }
}

/** `require`, `createRequire` and `getBuiltinModule` load modules behind the back of every import table. */
function calledBy(callee: Node, argument: Node | undefined): Named | null {
  if (callee.type === 'Identifier') {
    if (callee.name === 'require') return { kind: 'import', target: argument };
    return callee.name === 'createRequire' ? { kind: 'opaque', target: undefined } : null;
  }
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return null;
  const { name } = callee.property;
  const loads = name === 'getBuiltinModule' || (name === 'resolve' && isResolver(callee.object));
  return loads ? { kind: 'import', target: argument } : null;
}

/** The left side of `import.meta.resolve`, `require.resolve` and `createRequire(…).resolve`. */
function isResolver(node: Node): boolean {
  if (node.type === 'MetaProperty') return true;
  if (node.type === 'Identifier') return node.name === 'require';
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'createRequire'
  );
}

function isLocation(callee: Node, base: Node | undefined): boolean {
  return (
    callee.type === 'Identifier' &&
    callee.name === 'URL' &&
    base?.type === 'MemberExpression' &&
    base.object.type === 'MetaProperty'
  );
}

function literal(node: Node | undefined): string | null {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? null;
  }
  return null;
}
