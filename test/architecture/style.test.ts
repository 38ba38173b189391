import { describe, expect, it } from 'vitest';
import { readCodebase } from './codebase.ts';
import { projectFiles, readProjectFile } from './project.ts';
import { parseSource } from './syntax.ts';
import { syntaxFaults } from './syntax-rules.ts';
import {
  LINE_LIMIT,
  lengthFaults,
  lockfileFaults,
  nameFaults,
  type TextFile,
  wordFaults,
} from './text-rules.ts';

const sources = [...readCodebase().sources.values()];
const paths = projectFiles();
const texts = paths.map((path): TextFile => ({ path, text: readProjectFile(path) })).filter(isText);
const written = texts.filter(({ path }) => /\.(?:ts|sql|sh|mjs|md)$/.test(path) || path === 'seedlot');

describe('the source', () => {
  it('was read', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(written.length).toBeGreaterThan(150);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'pnpm-lock.yaml', 'seedlot', '.ci/run']));
  });

  it('uses only syntax that can be stripped, and no way around the type checker', () => {
    expect(sources.flatMap(syntaxFaults)).toEqual([]);
  });

  it('names no unfinished work, machine, registry or file outside', () => {
    expect(texts.flatMap(wordFaults)).toEqual([]);
  });

  it('has names that tell what is inside', () => {
    expect(paths.flatMap(nameFaults)).toEqual([]);
  });

  it('has short files', () => {
    expect(written.flatMap(lengthFaults)).toEqual([]);
  });

  it('takes packages by name and version alone', () => {
    expect(lockfileFaults(readProjectFile('pnpm-lock.yaml'))).toEqual([]);
  });
});

describe('the check of style sees', () => {
  it.each([
    ['enum', 'enum Colour { Red }'],
    ['enum', 'export const enum Colour { Red }'],
    ['decorator', '@sealed class A {}'],
    ['parameter property', 'class A { constructor(private readonly x: number) {} }'],
    ['any', 'let a: unknown[] | Promise<any>;'],
    ['non-null assertion', 'const a = b!.c;'],
    ['namespace', 'namespace A { export const b = 1; }'],
    ['definite assignment assertion', 'class A { b!: string }'],
    ['definite assignment assertion', 'let a!: string;'],
    ['import or export by assignment', "import a = require('a');"],
  ])('%s in %s', (what, text) => {
    expect(syntaxFaults(parseSource('planted.ts', text))).toEqual([`planted.ts:1: ${what}`]);
  });

  it.each([
    ['unfinished work', ['// TO', 'DO: later'].join('')],
    ['path of one machine', `cd '/${'root'}/x'`],
    ['path of one machine', `open(/${'home'}/ann/x)`],
    ['file outside the project', `see ../${'shared'}/x`],
    ['file outside the project', ['see DESIGN', 'md'].join('.')],
    ['registry host', `at ${['registry', 'npmjs', 'org'].join('.')}/zod`],
    ['registry host', ['deb', 'debian', 'org'].join('.')],
    ['type checking switched off', `// @ts-${'ignore'}`],
  ])('%s in a text', (what, text) => {
    expect(wordFaults({ path: 'a.md', text: `first\n${text}` })).toEqual([`a.md:2: ${what}: ${text}`]);
  });

  it('names that tell nothing', () => {
    const bad = [
      'packages/x/src/utils/a.ts',
      'packages/x/src/helper.ts',
      'a/key-manager.ts',
      'a/common.test.ts',
    ];
    expect(bad.flatMap(nameFaults)).toHaveLength(bad.length);
    expect(['a/management.ts', 'a/commonwealth.ts', 'a/helpful.ts'].flatMap(nameFaults)).toEqual([]);
  });

  it('long files', () => {
    expect(lengthFaults({ path: 'a.ts', text: 'x\n'.repeat(LINE_LIMIT + 1) })).toHaveLength(1);
    expect(lengthFaults({ path: 'a.ts', text: 'x\n'.repeat(LINE_LIMIT) })).toEqual([]);
  });

  it('a lockfile that names where it was made', () => {
    const text = '  zod@4.6.7:\n    resolution: {integrity: sha512-x, tarball: zod.tgz}';
    expect(lockfileFaults(text)).toEqual([
      'pnpm-lock.yaml:2: names an origin: resolution: {integrity: sha512-x, tarball: zod.tgz}',
    ]);
    expect(lockfileFaults('zod: file:../zod')).toHaveLength(1);
    expect(lockfileFaults('      get-caller-file: 2.0.5')).toEqual([]);
  });
});

function isText({ text }: TextFile): boolean {
  return !text.includes('\0');
}
