import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CodebaseWorkspace, plant, plantManifest, readCodebase } from './codebase.ts';
import { projectFiles, ROOT, readProjectFile } from './project.ts';
import { exportFaults, manifestFaults } from './workspace-rules.ts';

const run = promisify(execFile);
const codebase = readCodebase();

describe('the packages', () => {
  it('all have the same scripts and compiler options, and exact versions', () => {
    expect(codebase.workspaces.length).toBeGreaterThanOrEqual(19);
    expect(codebase.workspaces.flatMap(one => manifestFaults(one, tsconfigOf(one)))).toEqual([]);
  });

  it('export what their manifests say, by name', () => {
    expect(exportFaults(codebase)).toEqual([]);
  });

  it('load in plain Node', async () => {
    const urls = codebase.workspaces.flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([name]) => name !== './testing')
        .map(([, target]) => pathToFileURL(path.join(ROOT, folder, target)).href),
    );
    expect(urls.length).toBeGreaterThanOrEqual(17);
    const script = `for (const url of ${JSON.stringify(urls)}) await import(url); console.log('loaded');`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect({ stdout, stderr }).toEqual({ stdout: 'loaded\n', stderr: '' });
  });

  it('agree on the version of pnpm', () => {
    const texts = projectFiles()
      .filter(file => !/\.(?:ts|sql)$/.test(file))
      .map(readProjectFile);
    const versions = texts.flatMap(text => text.match(/(?<=\bpnpm@)\d[\w.-]*\w/g) ?? []);
    expect(versions.length).toBeGreaterThanOrEqual(6);
    expect(new Set(versions)).toEqual(new Set([codebase.root.packageManager?.replace('pnpm@', '')]));
  });
});

describe('the check of packages sees', () => {
  const [domain] = codebase.workspaces.filter(({ id }) => id === 'domain');

  it.each([
    ['is not named @seedlot/domain', { name: '@seedlot/other' }],
    ['has no types script', { scripts: { unit: 'vitest run --config ../../vitest.unit.ts' } }],
    ['has no unit script', { scripts: { types: 'tsc -p .', unit: 'true' } }],
    ['has no exact versions', { dependencies: { zod: '^4.6.7' } }],
  ])('one that %s', (what, change) => {
    const { workspaces } = plantManifest(codebase, 'domain', change);
    const [planted] = workspaces.filter(({ id }) => id === 'domain');
    expect(planted && manifestFaults(planted, tsconfigOf(planted))).toContain(`packages/domain ${what}`);
  });

  it('one that relaxes the compiler', () => {
    const relaxed = {
      extends: '../../tsconfig.base.json',
      compilerOptions: { strict: false },
      include: ['src'],
    };
    expect(domain && manifestFaults(domain, relaxed)).toEqual([
      'packages/domain has compiler options of its own',
    ]);
  });

  it('an export that is not there, one outside src, a barrel and an export of everything', () => {
    const inside = 'packages/domain/src/rules/index.ts';
    const planted = plant(codebase, inside, "export * from '../serials.ts';");
    const exports = { '.': './src/nowhere.ts', './deep': './package.json' };
    expect(exportFaults(plantManifest(planted, 'domain', { exports }))).toEqual(
      expect.arrayContaining([
        'packages/domain/src/nowhere.ts is exported but not there',
        'packages/domain/package.json lies outside src',
        `${inside} is a barrel inside`,
        `${inside} exports everything of a file`,
      ]),
    );
  });
});

function tsconfigOf({ folder }: CodebaseWorkspace): unknown {
  return JSON.parse(readProjectFile(`${folder}/tsconfig.json`));
}
