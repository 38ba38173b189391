import { describe, expect, it } from 'vitest';
import { readCodebase } from './codebase.ts';
import { switchFaults } from './skips.ts';
import { parseSource } from './syntax.ts';

const sources = [...readCodebase().sources.values()];

describe('tests', () => {
  it('are all switched on', () => {
    expect(sources.filter(({ path }) => path.endsWith('.test.ts')).length).toBeGreaterThan(40);
    expect(sources.flatMap(switchFaults)).toEqual([]);
  });
});

describe('the check of skips sees', () => {
  it.each([
    ['skip', "it.skip('x', () => {});"],
    ['only', "describe.only('x', () => {});"],
    ['todo', "it.todo('x');"],
    ['skip', "it.concurrent.skip('x', () => {});"],
    ['runIf for no known circumstance', "it.runIf(process.env.SLOW)('x', () => {});"],
    ['skipIf for no known circumstance', "describe.skipIf(process.env.FAST)('x', () => {});"],
  ])('%s in %s', (word, text) => {
    expect(switchFaults(parseSource('planted.ts', text))).toEqual([`planted.ts:1: ${word}`]);
  });

  it('no fault in tools and accounts', () => {
    const text = 'describe.skipIf(lacks("gpg"))("x", () => {}); it.runIf(isRoot)("x", () => {});';
    expect(switchFaults(parseSource('planted.ts', text))).toEqual([]);
  });
});
