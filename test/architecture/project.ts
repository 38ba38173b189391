import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders at the root that belong to the project; what else lies there is somebody's data. */
export const TOP_FOLDERS = ['.ci', 'bench', 'docs', 'infra', 'packages', 'services', 'test'] as const;

const NOT_OURS = new Set(['node_modules', '.turbo', 'coverage']);

export interface Manifest {
  readonly name: string;
  readonly packageManager?: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** Relative to the root, with `/`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readProjectFile(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readProjectFile(path.posix.join(folder, 'package.json')));
}

/** Every package of the workspace: packages, services, bench and test. */
export function readWorkspaces(): Workspace[] {
  const nested = ['packages', 'services'].flatMap(top => foldersIn(top).map(name => `${top}/${name}`));
  return [...nested, 'bench', 'test']
    .filter(folder => existsSync(path.join(ROOT, folder, 'package.json')))
    .map(folder => ({ folder, manifest: readManifest(folder) }));
}

/** Every file of the project, relative to the root. Needs no git, so that a tarball is checked as well as a clone. */
export function projectFiles(): string[] {
  const atRoot = readdirSync(ROOT, { withFileTypes: true })
    // In a linked worktree git's own folder is a file.
    .filter(entry => entry.isFile() && entry.name !== '.git');
  const inFolders = TOP_FOLDERS.filter(folder => existsSync(path.join(ROOT, folder))).flatMap(filesBelow);
  return [...atRoot.map(entry => entry.name), ...inFolders];
}

export function sourcePaths(files: readonly string[] = projectFiles()): string[] {
  return files.filter(file => /\.[cm]?[jt]sx?$/.test(file));
}

function foldersIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap(entry => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(file);
    return entry.isFile() ? [file] : [];
  });
}
