import type { Node } from 'oxc-parser';
import { nodesOf, placeOf, type SourceFile } from './syntax.ts';

const TESTS = new Set(['describe', 'it', 'test', 'suite']);
const SWITCHES = new Set(['skip', 'only', 'todo', 'fails']);

/** Whether the machine's account can make a situation at all. */
const ACCOUNTS = new Set(['isRoot', 'plainUserCanRun']);

/** Tests that are switched off, or that depend on anything but a tool of the table of requirements or the account. */
export function switchFaults(source: SourceFile): string[] {
  return [...nodesOf(source.program)].flatMap(node => {
    const word = switchOf(node);
    return word === null ? [] : [`${placeOf(source, node)}: ${word}`];
  });
}

function switchOf(node: Node): string | null {
  if (node.type === 'CallExpression') return conditionFault(node.callee, node.arguments[0]);
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

function conditionFault(callee: Node, condition: Node | undefined): string | null {
  if (isTestWord(callee, 'skipIf')) return asksForTool(condition) ? null : 'skipIf without lacks';
  if (!isTestWord(callee, 'runIf')) return null;
  const byAccount = condition?.type === 'Identifier' && ACCOUNTS.has(condition.name);
  return byAccount ? null : 'runIf without account';
}

function asksForTool(node: Node | undefined): boolean {
  return node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'lacks';
}
