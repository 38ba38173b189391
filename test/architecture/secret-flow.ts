import type { Node } from 'oxc-parser';
import { childrenOf, nodesOf, placeOf, type SourceFile } from './syntax.ts';

const SECRET_WORDS = [
  ...['seed', 'pad', 'secret', 'plaintext', 'passphrase', 'password', 'bearer', 'token'],
  ...[
    'rootKey',
    'treeKey',
    'lotKey',
    'pageKey',
    'frontierKey',
    'bucketKey',
    'fileKey',
    'privateKey',
    'secretKey',
  ],
];

/** Names of values that must never be printed, alone or at the end of a longer name: `seed`, `lotSeeds`, `rootKey`. */
const SECRET_NAME = new RegExp(
  `^(?:${SECRET_WORDS.join('|')})s?$|(?:${SECRET_WORDS.map(capital).join('|')})s?$`,
);

/** Types whose values must never be printed, whatever they are called. */
const SECRET_TYPES = new Set(['SecretBytes', 'KeyObject']);

const LOG_NAME = /^(?:console|(?:\w*[a-z])?log(?:ger)?)$/i;
const LOG_METHODS = new Set([
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'log',
  'dir',
  'table',
  'write',
]);

/** Lengths and kinds tell nothing about the bytes. */
const HARMLESS_PROPERTIES = new Set(['length', 'byteLength', 'wiped', 'size', 'type', 'symmetricKeySize']);

/**
 * Every secret named in what is given to a log, a standard stream or the message of an error, as
 * `place: name into sink`. It follows no value through variables and calls: names and types are all it sees.
 */
export function secretFaults(source: SourceFile): string[] {
  const secrets = secretBindings(source);
  return [...nodesOf(source.program)].flatMap(node => {
    const sink = sinkOf(node);
    if (sink === null) return [];
    const leaked = sink.arguments.flatMap(argument => valuesIn(argument, secrets));
    return leaked.map(name => `${placeOf(source, node)}: ${name} into ${sink.name}`);
  });
}

interface Sink {
  readonly name: string;
  readonly arguments: readonly Node[];
}

function sinkOf(node: Node): Sink | null {
  if (
    node.type === 'NewExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name.endsWith('Error')
  ) {
    return { name: `new ${node.callee.name}`, arguments: node.arguments };
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  const { object } = node.callee;
  const method = nameOf(node.callee.property);
  if (method === null || !LOG_METHODS.has(method)) return null;
  const receiver = nameOf(object.type === 'MemberExpression' ? object.property : object);
  const prints = receiver !== null && (LOG_NAME.test(receiver) || /^std(?:out|err)$/.test(receiver));
  return prints ? { name: `${receiver}.${method}`, arguments: node.arguments } : null;
}

/** Names that this file declares with a secret type, or makes with `new SecretBytes`. */
function secretBindings(source: SourceFile): Set<string> {
  const names = new Set<string>();
  for (const node of nodesOf(source.program)) {
    if (node.type === 'Identifier' && 'typeAnnotation' in node && isSecretType(node.typeAnnotation ?? null)) {
      names.add(node.name);
    }
    if (node.type === 'PropertyDefinition' && isSecretType(node.typeAnnotation ?? null)) {
      names.add(nameOf(node.key) ?? '');
    }
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && makesSecret(node.init)) {
      names.add(node.id.name);
    }
  }
  return names;
}

function isSecretType(annotation: Node | null): boolean {
  if (annotation === null) return false;
  return [...nodesOf(annotation)].some(node => node.type === 'Identifier' && SECRET_TYPES.has(node.name));
}

function makesSecret(init: Node | null): boolean {
  return (
    init?.type === 'NewExpression' && init.callee.type === 'Identifier' && SECRET_TYPES.has(init.callee.name)
  );
}

/** Secret names whose values, not lengths or keys of an object, are in an expression. */
function valuesIn(node: Node, secrets: ReadonlySet<string>): string[] {
  if (node.type === 'MemberExpression') {
    const property = nameOf(node.property);
    if (!node.computed && property !== null && HARMLESS_PROPERTIES.has(property)) return [];
    const named = !node.computed && property !== null && isSecret(property, secrets) ? [property] : [];
    return [
      ...named,
      ...valuesIn(node.object, secrets),
      ...(node.computed ? valuesIn(node.property, secrets) : []),
    ];
  }
  if (node.type === 'Property' && !node.computed) return valuesIn(node.value, secrets);
  if (node.type === 'Identifier') return isSecret(node.name, secrets) ? [node.name] : [];
  return childrenOf(node).flatMap(child => valuesIn(child, secrets));
}

function isSecret(name: string, secrets: ReadonlySet<string>): boolean {
  return secrets.has(name) || SECRET_NAME.test(name);
}

function nameOf(node: Node): string | null {
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node.name : null;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
