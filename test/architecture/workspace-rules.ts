import type { Codebase, CodebaseWorkspace } from './codebase.ts';
import type { Manifest } from './project.ts';

const COMPILER = 'tsc -p .';
const UNIT = 'vitest run --config ../../vitest.unit.ts';

/** A package that lacks a script is silently left out by turbo, one with options of its own is checked less. */
export function manifestFaults({ id, folder, manifest }: CodebaseWorkspace, tsconfig: unknown): string[] {
  const nested = folder.includes('/');
  const base = { extends: `${nested ? '../..' : '..'}/tsconfig.base.json`, include: [nested ? 'src' : '.'] };
  const faults = {
    [`is not named @seedlot/${id}`]: manifest.name !== `@seedlot/${id}`,
    'has no types script': manifest.scripts?.types !== COMPILER,
    'has no unit script': nested && manifest.scripts?.unit !== UNIT,
    'has compiler options of its own': JSON.stringify(tsconfig) !== JSON.stringify(base),
    'has no exact versions': !Object.values(versionsOf(manifest)).every(isExact),
  };
  return Object.entries(faults).flatMap(([what, broken]) => (broken ? [`${folder} ${what}`] : []));
}

/** What a package exports is a list that can be read: files in src, each naming what it gives. */
export function exportFaults({ workspaces, sources }: Codebase): string[] {
  return workspaces.flatMap(({ folder, manifest }) => {
    const targets = Object.values(manifest.exports ?? {}).map(path => `${folder}/${path.replace('./', '')}`);
    const own = [...sources.values()].filter(({ path }) => path.startsWith(`${folder}/`));
    return [
      ...targets.filter(path => !sources.has(path)).map(path => `${path} is exported but not there`),
      ...targets.filter(path => !path.startsWith(`${folder}/src/`)).map(path => `${path} lies outside src`),
      ...own
        .filter(({ path }) => isBarrelInside(path, targets))
        .map(({ path }) => `${path} is a barrel inside`),
      ...own
        .filter(({ program }) => program.body.some(statement => statement.type === 'ExportAllDeclaration'))
        .map(({ path }) => `${path} exports everything of a file`),
    ];
  });
}

export function versionsOf(manifest: Manifest): Record<string, string> {
  return { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
}

function isExact(version: string): boolean {
  return version === 'workspace:*' || /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version);
}

function isBarrelInside(path: string, targets: readonly string[]): boolean {
  return path.endsWith('/index.ts') && !targets.includes(path);
}
