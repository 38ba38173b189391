import { type Codebase, type CodebaseWorkspace, workspaceOf } from './codebase.ts';
import { isRelative, type Reference, resolveRelative } from './references.ts';

/** Which files a product runs, which only tests use, and which nobody does. */
export interface Reach {
  readonly shipped: ReadonlySet<string>;
  readonly tested: ReadonlySet<string>;
  readonly dead: readonly string[];
}

/**
 * Follows every reference from where a process or another package comes in. An export named `testing` serves tests
 * alone, and so do the folders test and bench: nothing that only they reach may be mistaken for shipped code.
 */
export function reachOf(codebase: Codebase): Reach {
  const files = [...codebase.sources.keys()].filter(path => workspaceOf(codebase, path) !== undefined);
  const shipped = closure(
    codebase,
    codebase.workspaces.flatMap(workspace => shippedEntries(codebase, workspace)),
  );
  const tests = [
    ...files.filter(isTest),
    ...codebase.workspaces.flatMap(testEntries),
    ...namedAtRoot(codebase),
  ];
  const tested = closure(codebase, tests);
  return { shipped, tested, dead: files.filter(path => !shipped.has(path) && !tested.has(path)) };
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function shippedEntries(codebase: Codebase, { folder, manifest }: CodebaseWorkspace): string[] {
  if (folder === 'bench' || folder === 'test') return [];
  const exported = Object.entries(manifest.exports ?? {}).filter(([name]) => !isTesting(name));
  const started = namedAtRoot(codebase).filter(path => path.startsWith(`${folder}/`));
  return [...exported.map(([, path]) => join(folder, path)), `${folder}/src/main.ts`, ...started];
}

function testEntries({ folder, manifest }: CodebaseWorkspace): string[] {
  const exported = Object.entries(manifest.exports ?? {}).filter(([name]) => isTesting(name));
  return exported.map(([, path]) => join(folder, path));
}

/** Files that the root's scripts start and its vitest configurations name. */
function namedAtRoot({ root, sources }: Codebase): string[] {
  const configurations = [...sources.values()].filter(({ path }) => !path.includes('/'));
  const texts = [...Object.values(root.scripts ?? {}), ...configurations.map(({ text }) => text)];
  return texts.flatMap(text => text.match(/[\w./-]+\.ts\b/g) ?? []).filter(path => sources.has(path));
}

function closure(codebase: Codebase, entries: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const waiting = entries.filter(path => codebase.sources.has(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(codebase.references.get(path) ?? []).flatMap(reference => target(codebase, reference)));
  }
  return reached;
}

function target({ sources }: Codebase, reference: Reference): string[] {
  if (reference.kind === 'opaque' || !isRelative(reference.specifier)) return [];
  const path = resolveRelative(reference);
  return sources.has(path) ? [path] : [];
}

function isTesting(exportName: string): boolean {
  return exportName === './testing';
}

function join(folder: string, path: string): string {
  return `${folder}/${path.replace(/^\.\//, '')}`;
}
