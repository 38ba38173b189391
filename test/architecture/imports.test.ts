import { describe, expect, it } from 'vitest';
import { allowed } from './allowed-imports.ts';
import { type Codebase, plant, plantLines, plantManifest, readCodebase } from './codebase.ts';
import { importFaults } from './import-rules.ts';
import { reachOf } from './reach.ts';
import { layerFaults, unusedFaults } from './table-rules.ts';

const codebase = readCodebase();

describe('imports', () => {
  it('are read from the whole workspace', () => {
    expect(codebase.workspaces.length).toBeGreaterThanOrEqual(19);
    expect(codebase.sources.size).toBeGreaterThan(150);
    expect(reachOf(codebase).shipped.size).toBeGreaterThan(80);
  });

  it('are those of the table and no others', () => {
    expect(importFaults(codebase, allowed)).toEqual([]);
  });

  it('use every row of the table and every dependency', () => {
    expect(unusedFaults(codebase, allowed)).toEqual([]);
  });

  it('point downwards in the table', () => {
    expect(layerFaults(codebase, allowed)).toEqual([]);
  });

  it('reach every file, from a process or from a test', () => {
    expect(reachOf(codebase).dead).toEqual([]);
  });
});

describe('the check of imports sees', () => {
  const domain = 'packages/domain/src/index.ts';
  it.each([
    ['a builtin in a pure package', domain, "import 'node:fs';", "'node:fs' domain may not import fs"],
    ['a builtin without node:', domain, "import 'fs';", "'fs' domain may not import fs"],
    ['a builtin by dynamic import', domain, "await import('node:fs');", 'domain may not import fs'],
    ['a builtin by its back door', domain, "process.getBuiltinModule('fs');", 'domain may not import fs'],
    ['require', domain, "require('fs');", 'domain may not import fs'],
    ['a type taken from Node', domain, "export type X = import('node:fs').Stats;", 'may not import fs'],
    ['a computed import', domain, 'export const load = (name: string) => import(name);', 'src/index.ts'],
    ['createRequire', domain, 'createRequire(import.meta.url);', 'domain may not import src/index.ts'],
    ['a package upwards', domain, "export * from '@seedlot/ledger';", 'domain may not import ledger'],
    ['a service in a package', domain, "import '@seedlot/api';", 'domain may not import api'],
    ['an unknown npm package', domain, "import 'left-pad';", 'left-pad is not in the dependencies'],
    [
      'a way past exports',
      'packages/ledger/src/index.ts',
      "import '@seedlot/domain/src/ranges.ts';",
      'goes past exports',
    ],
    [
      'a relative way out',
      'packages/ledger/src/index.ts',
      "import '../../domain/src/index.ts';",
      'leaves its package',
    ],
    [
      'a file of another package',
      domain,
      "new URL('../../cli/src/main.ts', import.meta.url);",
      'may not import packages/cli',
    ],
    [
      'a service in a service',
      'services/api/src/index.ts',
      "import '@seedlot/notary';",
      'api may not import notary',
    ],
    ['a missing file', domain, "import './nowhere.ts';", 'names no file'],
    ['an import without .ts', domain, "import './ranges';", 'names no file'],
    [
      'a file that the cache would not see',
      'packages/domain/src/serials.test.ts',
      "new URL('../../../README.md', import.meta.url);",
      'tests of domain may not import README.md',
    ],
    [
      'test code in shipped code',
      'services/embedded/src/index.ts',
      "import '@seedlot/database/testing';",
      'takes test code',
    ],
    ['a test tool in shipped code', domain, "import 'vitest';", 'domain may not import vitest'],
  ])('%s', (_what, path, lines, why) => {
    expect(importFaults(plantLines(codebase, path, lines), allowed).join('\n')).toContain(why);
  });

  it('a row, a cell and a dependency that nobody uses', () => {
    const table = { ...allowed, domain: { ...allowed.domain, node: ['fs'] }, nowhere: {} };
    const depending = plantManifest(codebase, 'oath', { dependencies: { '@seedlot/domain': '', zod: '' } });
    expect(unusedFaults(codebase, table)).toContain('domain.node allows fs: nobody uses it');
    expect(unusedFaults(depending, table)).toContain(
      'packages/oath/package.json depends on zod: nobody uses it',
    );
    expect(layerFaults(codebase, table)).toContain(
      'nowhere is in the table or the layers but not in the workspace',
    );
    expect(unusedFaults(withRootTool(codebase, 'eslint'), table)).toContain(
      'package.json depends on eslint: nobody uses it',
    );
  });

  it('a table that allows what the layers forbid', () => {
    const table = {
      ...allowed,
      domain: { node: ['fs'] },
      oath: { packages: ['ledger'] },
      api: { packages: ['notary'] },
    };
    expect(layerFaults(codebase, table)).toEqual(
      expect.arrayContaining([
        'domain may import node:fs, which its kind forbids',
        'oath may import ledger, which is not below it',
        'oath may import ledger, which its kind forbids',
        'api may import notary, which is not below it',
      ]),
    );
  });

  it('a file that nothing reaches', () => {
    const path = 'packages/domain/src/forgotten.ts';
    expect(reachOf(plant(codebase, path, 'export const forgotten = 1;')).dead).toContain(path);
  });
});

function withRootTool(base: Codebase, name: string): Codebase {
  return {
    ...base,
    root: { ...base.root, devDependencies: { ...base.root.devDependencies, [name]: '1.0.0' } },
  };
}
