import type { Node } from 'oxc-parser';
import { nodesOf, placeOf, type SourceFile } from './syntax.ts';

const TESTS = new Set(['describe', 'it', 'test', 'suite']);
const SWITCHES = new Set(['skip', 'only', 'todo', 'fails']);

/** Conditions that are no excuse: whether this account or kernel, or a Redis of somebody else, can make a situation. */
const CIRCUMSTANCES = new Set([
  'isRoot',
  'plainUserCanRun',
  "process.platform === 'linux'",
  "!existsSync('/dev/full')",
  '!canStartRedis()',
]);

/** Tests that are switched off, or that depend on anything but a required tool or the circumstances. */
export function switchFaults(source: SourceFile): string[] {
  return [...nodesOf(source.program)].flatMap(node => {
    const word = switchOf(source, node);
    return word === null ? [] : [`${placeOf(source, node)}: ${word}`];
  });
}

function switchOf(source: SourceFile, node: Node): string | null {
  if (node.type === 'CallExpression') return conditionFault(source, node.callee, node.arguments[0]);
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return null;
  const { name } = node.property;
  return SWITCHES.has(name) && isTestWord(node, name) ? name : null;
}

/** `it.skip`, and also `it.concurrent.skip`. */
function isTestWord(node: Node, property: string): boolean {
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return false;
  if (node.property.name !== property) return false;
  const { object } = node;
  if (object.type === 'Identifier') return TESTS.has(object.name);
  return (
    object.type === 'MemberExpression' && object.object.type === 'Identifier' && TESTS.has(object.object.name)
  );
}

function conditionFault(source: SourceFile, callee: Node, condition: Node | undefined): string | null {
  const word = ['skipIf', 'runIf'].find(name => isTestWord(callee, name));
  if (word === undefined || asksForTool(condition)) return null;
  const text = source.text.slice(condition?.start, condition?.end);
  return CIRCUMSTANCES.has(text) ? null : `${word} for no known circumstance`;
}

function asksForTool(node: Node | undefined): boolean {
  return node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'lacks';
}
