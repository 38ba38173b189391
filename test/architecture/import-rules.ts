import { isBuiltin } from 'node:module';
import { type Allowed, testTools, uncached } from './allowed-imports.ts';
import { type Codebase, type CodebaseWorkspace, workspaceOf } from './codebase.ts';
import { type Reach, reachOf } from './reach.ts';
import { isRelative, type Reference, resolveRelative } from './references.ts';

export type Table = Readonly<Record<string, Allowed>>;

/** One import that leaves its package, sorted by what the table says about it. */
export interface Crossing {
  readonly workspace: CodebaseWorkspace;
  readonly reference: Reference;
  readonly column: 'packages' | 'node' | 'npm' | 'locations' | 'opaque';
  /** What the table lists: an id, a builtin, a package's name, a file. */
  readonly entry: string;
  readonly byTest: boolean;
}

const SCOPE = '@seedlot/';

/** Every import of workspace code that breaks a rule, as `place: why`. */
export function importFaults(codebase: Codebase, table: Table): string[] {
  const relative = referencesInWorkspaces(codebase).flatMap(([workspace, reference]) =>
    relativeFaults(codebase, workspace, reference),
  );
  const crossing = crossingsOf(codebase).flatMap(one =>
    crossingFaults(codebase, one, table[one.workspace.id]),
  );
  return [...relative, ...crossing];
}

export function crossingsOf(codebase: Codebase): Crossing[] {
  const reach = reachOf(codebase);
  return referencesInWorkspaces(codebase)
    .filter(([{ folder }, reference]) => !isInside(folder, reference))
    .filter(([, { kind, specifier }]) => kind === 'opaque' || kind === 'location' || !isRelative(specifier))
    .map(([workspace, reference]) => crossingOf(workspace, reference, reach));
}

function referencesInWorkspaces(codebase: Codebase): [CodebaseWorkspace, Reference][] {
  return [...codebase.references].flatMap(([path, references]) => {
    const workspace = workspaceOf(codebase, path);
    return workspace === undefined
      ? []
      : references.map((one): [CodebaseWorkspace, Reference] => [workspace, one]);
  });
}

function crossingOf(workspace: CodebaseWorkspace, reference: Reference, reach: Reach): Crossing {
  const byTest = !reach.shipped.has(reference.from);
  const { specifier } = reference;
  const common = { workspace, reference, byTest };
  if (reference.kind === 'opaque') {
    return { ...common, column: 'opaque', entry: reference.from.slice(workspace.folder.length + 1) };
  }
  if (reference.kind === 'location') {
    return {
      ...common,
      column: 'locations',
      entry: isRelative(specifier) ? resolveRelative(reference) : specifier,
    };
  }
  if (specifier.startsWith(SCOPE)) {
    return { ...common, column: 'packages', entry: specifier.slice(SCOPE.length).replace(/\/.*/, '') };
  }
  if (isBuiltin(specifier)) return { ...common, column: 'node', entry: specifier.replace(/^node:/, '') };
  return { ...common, column: 'npm', entry: packageName(specifier) };
}

function relativeFaults(codebase: Codebase, { folder }: CodebaseWorkspace, reference: Reference): string[] {
  if (reference.kind === 'opaque' || reference.kind === 'location' || !isRelative(reference.specifier))
    return [];
  if (!isInside(folder, reference)) return [fault(reference, 'leaves its package')];
  const found = codebase.files.has(resolveRelative(reference));
  return found ? [] : [fault(reference, 'names no file of the project')];
}

function isInside(folder: string, reference: Reference): boolean {
  if (reference.kind === 'opaque' || !isRelative(reference.specifier)) return false;
  return `${resolveRelative(reference)}/`.startsWith(`${folder}/`);
}

function crossingFaults(codebase: Codebase, crossing: Crossing, row: Allowed | undefined): string[] {
  const { reference, workspace } = crossing;
  if (row === undefined)
    return [fault(reference, `${workspace.id} has no row in the table of allowed imports`)];
  const faults = crossing.column === 'packages' ? exportFaults(codebase, crossing) : [];
  if (crossing.column === 'npm' && !isDeclared(codebase, crossing)) {
    faults.push(
      fault(reference, `${crossing.entry} is not in the dependencies of ${workspace.manifest.name}`),
    );
  }
  if (!isAllowed(crossing, row)) {
    const who = crossing.byTest ? `tests of ${workspace.id}` : workspace.id;
    faults.push(fault(reference, `${who} may not import ${crossing.entry}`));
  }
  return faults;
}

function isAllowed({ workspace, column, entry, byTest }: Crossing, row: Allowed): boolean {
  if (row[column]?.includes(entry)) return true;
  if (!byTest) return false;
  if (column === 'node') return true;
  if (column === 'locations') return uncached.includes(workspace.id);
  if (column === 'opaque') return false;
  return (row.tests?.[column] ?? []).includes(entry) || (column === 'npm' && testTools.includes(entry));
}

/** Only what `exports` names is public; what it names as `testing` is for tests. */
function exportFaults(codebase: Codebase, { workspace, reference, entry, byTest }: Crossing): string[] {
  const target = codebase.workspaces.find(({ id }) => id === entry);
  if (target === undefined) return [fault(reference, `there is no package ${entry}`)];
  const declared = dependencyNames(workspace).includes(target.manifest.name);
  const name = reference.specifier.replace(target.manifest.name, '.');
  return [
    ...(declared ? [] : [fault(reference, `is not in the dependencies of ${workspace.manifest.name}`)]),
    ...(target.manifest.exports?.[name] === undefined ? [fault(reference, 'goes past exports')] : []),
    ...(name === './testing' && !byTest ? [fault(reference, 'takes test code into shipped code')] : []),
  ];
}

function isDeclared({ root }: Codebase, { workspace, entry, byTest }: Crossing): boolean {
  const names = dependencyNames(workspace);
  return (
    names.includes(entry) ||
    (byTest && testTools.includes(entry) && root.devDependencies?.[entry] !== undefined)
  );
}

export function dependencyNames({ manifest }: Pick<CodebaseWorkspace, 'manifest'>): string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return [dependencies, devDependencies, optionalDependencies].flatMap(one => Object.keys(one ?? {}));
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function fault({ place, specifier }: Reference, why: string): string {
  return `${place}: '${specifier}' ${why}`;
}
