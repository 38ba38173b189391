import { type Allowed, layers, onlyDomain, pure, rootPrograms, testTools } from './allowed-imports.ts';
import type { Codebase, CodebaseWorkspace } from './codebase.ts';
import { type Crossing, crossingsOf, dependencyNames, type Table } from './import-rules.ts';

/** Rows of the table, and dependencies of manifests, that nothing uses: permissions nobody would miss. */
export function unusedFaults(codebase: Codebase, table: Table): string[] {
  const crossings = crossingsOf(codebase);
  return [
    ...Object.entries(table).flatMap(([id, row]) => unusedInRow(id, row, ofWorkspace(crossings, id))),
    ...codebase.workspaces.flatMap(one => unusedDependencies(one, ofWorkspace(crossings, one.id))),
    ...unusedAtRoot(codebase, crossings),
  ];
}

/** The table itself obeys the layers: a row cannot allow what the design forbids. */
export function layerFaults(codebase: Codebase, table: Table): string[] {
  const ids = codebase.workspaces.map(({ id }) => id);
  const missing = ids.filter(id => table[id] === undefined || layerOf(id) < 0);
  const unknown = [...Object.keys(table), ...layers.flat()].filter(id => !ids.includes(id));
  return [
    ...missing.map(id => `${id} is missing in the table or in the layers`),
    ...unknown.map(id => `${id} is in the table or the layers but not in the workspace`),
    ...Object.entries(table).flatMap(([id, row]) => [...upwards(id, row), ...impure(id, row)]),
  ];
}

function ofWorkspace(crossings: readonly Crossing[], id: string): Crossing[] {
  return crossings.filter(({ workspace }) => workspace.id === id);
}

function unusedInRow(id: string, row: Allowed, crossings: readonly Crossing[]): string[] {
  const shipped = crossings.filter(({ byTest }) => !byTest);
  const tests = crossings.filter(({ byTest }) => byTest);
  return [
    ...unused(`${id}.packages`, row.packages, shipped),
    ...unused(`${id}.node`, row.node, shipped),
    ...unused(`${id}.npm`, row.npm, shipped),
    ...unused(`${id}.tests.packages`, row.tests?.packages, tests),
    ...unused(`${id}.tests.npm`, row.tests?.npm, tests),
    ...unused(`${id}.locations`, row.locations, shipped),
    ...unused(`${id}.opaque`, row.opaque, crossings),
  ];
}

function unused(
  cell: string,
  entries: readonly string[] | undefined,
  crossings: readonly Crossing[],
): string[] {
  const column = cell.slice(cell.lastIndexOf('.') + 1);
  const used = new Set(crossings.filter(one => one.column === column).map(({ entry }) => entry));
  return (entries ?? [])
    .filter(entry => !used.has(entry))
    .map(entry => `${cell} allows ${entry}: nobody uses it`);
}

function unusedDependencies(workspace: CodebaseWorkspace, crossings: readonly Crossing[]): string[] {
  const used = new Set(
    crossings.map(({ column, entry }) => (column === 'packages' ? `@seedlot/${entry}` : entry)),
  );
  return dependencyNames(workspace)
    .filter(name => !used.has(name.replace(/^@types\//, '')) && !workspace.peers.has(name))
    .map(name => `${workspace.folder}/package.json depends on ${name}: nobody uses it`);
}

function unusedAtRoot({ root, workspaces }: Codebase, crossings: readonly Crossing[]): string[] {
  const scripts = [root, ...workspaces.map(({ manifest }) => manifest)].flatMap(({ scripts }) =>
    Object.values(scripts ?? {}),
  );
  const words = new Set(scripts.flatMap(script => script.split(/\s+/)));
  const imported = new Set(crossings.map(({ entry }) => entry));
  return dependencyNames({ manifest: root })
    .filter(name => name !== '@types/node')
    .filter(name => !(testTools.includes(name) ? imported.has(name) : words.has(rootPrograms[name] ?? '')))
    .map(name => `package.json depends on ${name}: nobody uses it`);
}

function upwards(id: string, row: Allowed): string[] {
  return [...(row.packages ?? []), ...(row.tests?.packages ?? [])]
    .filter(other => layerOf(other) >= layerOf(id))
    .map(other => `${id} may import ${other}, which is not below it`);
}

function impure(id: string, row: Allowed): string[] {
  const node = pure.includes(id) ? (row.node ?? []).map(name => `node:${name}`) : [];
  const packages = onlyDomain.includes(id) ? (row.packages ?? []).filter(other => other !== 'domain') : [];
  return [...node, ...packages].map(name => `${id} may import ${name}, which its kind forbids`);
}

function layerOf(id: string): number {
  return layers.findIndex(layer => layer.includes(id));
}
