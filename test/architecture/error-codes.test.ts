import { describe, expect, it } from 'vitest';
import { plant, readCodebase } from './codebase.ts';
import { declaredCodes, documentationFaults, documentedCodes, unusedCodes } from './error-codes.ts';
import { projectFiles, readProjectFile } from './project.ts';

const codebase = readCodebase();
const declared = declaredCodes(codebase);
const documented = documentedCodes(readProjectFile('docs/errors.md'));
const statements = projectFiles()
  .filter(path => path.endsWith('.sql'))
  .map(readProjectFile)
  .join('\n');

describe('error codes', () => {
  it('are found in the packages that refuse things', () => {
    const classes = declared.map(({ errorClass }) => errorClass);
    expect(classes).toEqual(
      expect.arrayContaining([
        'DomainError',
        'ErasableError',
        'LedgerError',
        'DatabaseError',
        'OpenPgpError',
      ]),
    );
    expect(declared.flatMap(({ codes }) => codes).length).toBeGreaterThan(60);
  });

  it('stand in docs/errors.md, each with its meaning and what to do, and no others do', () => {
    expect(documentationFaults(declared, documented)).toEqual([]);
  });

  it('are all given by some line of code', () => {
    expect(unusedCodes(codebase, declared, statements)).toEqual([]);
  });
});

describe('the check of error codes sees', () => {
  const path = 'packages/domain/src/planted-errors.ts';

  it('a code without documentation', () => {
    const planted = plant(codebase, path, "export type PlantedErrorCode = 'lost_marbles' | 'other_marbles';");
    const faults = documentationFaults(declaredCodes(planted), documented);
    expect(faults).toContain('PlantedError lost_marbles is not in docs/errors.md');
  });

  it('a row without code, twice, and without words', () => {
    const rows = documentedCodes('## DomainError\n| `gone` | once was | |\n| `gone` | again | do |\n');
    expect(documentationFaults([], rows)).toEqual([
      'DomainError gone is in docs/errors.md but in no code',
      'DomainError gone is in docs/errors.md twice',
      'DomainError gone lacks its meaning or what to do',
    ]);
  });

  it('a code under the heading of another class', () => {
    const rows = documentedCodes(
      '## DomainError\n| `invalid_input` | m | r |\n## LedgerError\n| `elsewhere` | m | r |',
    );
    const faults = documentationFaults(
      [{ errorClass: 'DomainError', place: '', codes: ['elsewhere'] }],
      rows,
    );
    expect(faults).toContain('DomainError elsewhere is not in docs/errors.md');
  });

  it('a code that nothing throws', () => {
    const planted = plant(codebase, path, "export type PlantedErrorCode = 'lost_marbles';");
    expect(unusedCodes(planted, declaredCodes(planted), statements)).toContain(
      `${path}:1: nothing throws lost_marbles`,
    );
  });

  it('codes that cannot be listed', () => {
    const planted = plant(codebase, path, 'export type PlantedErrorCode = Lowercase<string>;');
    expect(() => declaredCodes(planted)).toThrow(TypeError);
  });
});
