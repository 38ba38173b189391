import { expect, test } from 'vitest';
import { problemLines } from './problem-lists.ts';

const problem = { type: 'about:blank', title: 'Refused', status: 422, code: 'list_faulty' };
const fault = { line: 4, code: 'line_empty', message: 'The line is empty', fix: 'Remove the line' };

test('every fault is a line, and those that are not listed are counted', () => {
  expect(problemLines({ ...problem, faults: [fault], faultCount: 3 } as typeof problem)).toEqual([
    'line 4: The line is empty [line_empty]. Remove the line.',
    'and 2 more',
  ]);
  expect(problemLines(problem)).toEqual([]);
});

test('what a sentence names by itself is not said again, and control characters never reach a terminal', () => {
  const run = { first: 'A1', last: 'A2', reason: 'scrapped\u001b[2J' };
  const some = (length: number) => ({ ...problem, obstacles: Array.from({ length }, () => run) });
  expect(problemLines(some(10) as typeof problem)).toEqual([]);
  const lines = problemLines(some(11) as typeof problem);
  expect(lines).toHaveLength(11);
  expect(lines.join('')).not.toContain('\u001b');
});

test('lists of another shape than the API has are left out', () => {
  expect(problemLines({ ...problem, faults: 'many' } as typeof problem)).toEqual([]);
});
