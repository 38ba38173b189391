import { type Node, type Program, parseSync, visitorKeys } from 'oxc-parser';

/** One source file, parsed. */
export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
}

/** Throws on a syntax error: a file that cannot be read cannot be judged. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  return { path, text, program };
}

/** The node and all below it, in source order. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

export function childrenOf(node: Node): Node[] {
  const fields: Record<string, unknown> = { ...node };
  return (visitorKeys[node.type] ?? []).flatMap(key => [fields[key]].flat()).filter(isNode);
}

/** `path:line` of a node, as editors open it. */
export function placeOf(source: SourceFile, node: { readonly start: number }): string {
  return `${source.path}:${source.text.slice(0, node.start).split('\n').length}`;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
