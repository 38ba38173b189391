import {
  type Manifest,
  projectFiles,
  readManifest,
  readProjectFile,
  readWorkspaces,
  sourcePaths,
  type Workspace,
} from './project.ts';
import { type Reference, referencesOf } from './references.ts';
import { parseSource, type SourceFile } from './syntax.ts';

export interface CodebaseWorkspace {
  /** The last part of its folder and of its name: `domain` for packages/domain and @seedlot/domain. */
  readonly id: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** What its installed dependencies want to find beside them. */
  readonly peers: ReadonlySet<string>;
}

/** What the checks judge: manifests and parsed sources, so that a test can plant a fault without touching a file. */
export interface Codebase {
  readonly root: Manifest;
  readonly workspaces: readonly CodebaseWorkspace[];
  /** Every file, sources and others. */
  readonly files: ReadonlySet<string>;
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** By the file that refers. */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
}

export function readCodebase(): Codebase {
  const workspaces = readWorkspaces().map(workspace => ({
    ...workspace,
    id: lastPart(workspace.folder),
    peers: peersOf(workspace),
  }));
  const files = projectFiles();
  const parsed = sourcePaths(files).map(path => parseSource(path, readProjectFile(path)));
  const sources = new Map(parsed.map(source => [source.path, source]));
  const references = new Map(parsed.map(source => [source.path, referencesOf(source)]));
  return { root: readManifest('.'), workspaces, files: new Set(files), sources, references };
}

/** The codebase with one file more or another: the fault that a check must see. */
export function plant(codebase: Codebase, path: string, text: string): Codebase {
  const source = parseSource(path, text);
  return {
    ...codebase,
    sources: new Map(codebase.sources).set(path, source),
    references: new Map(codebase.references).set(path, referencesOf(source)),
  };
}

/** The same with lines added to the end of a file that is there. */
export function plantLines(codebase: Codebase, path: string, lines: string): Codebase {
  return plant(codebase, path, `${codebase.sources.get(path)?.text ?? ''}\n${lines}\n`);
}

export function plantManifest(codebase: Codebase, id: string, change: Partial<Manifest>): Codebase {
  const workspaces = codebase.workspaces.map(one =>
    one.id === id ? { ...one, manifest: { ...one.manifest, ...change } } : one,
  );
  return { ...codebase, workspaces };
}

export function workspaceOf(codebase: Codebase, path: string): CodebaseWorkspace | undefined {
  return codebase.workspaces.find(({ folder }) => path.startsWith(`${folder}/`));
}

function peersOf({ folder, manifest }: Workspace): Set<string> {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const installed = names.map(name => readManifest(`${folder}/node_modules/${name}`));
  return new Set(installed.flatMap(({ peerDependencies }) => Object.keys(peerDependencies ?? {})));
}

function lastPart(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
