import { describe, expect, it } from 'vitest';
import { matches, parseTranscript, settle } from './transcript.ts';

describe('parseTranscript', () => {
  it('reads comments, events, commands of several lines, output and exit codes', () => {
    const text = [
      '# why',
      '% the server stops',
      '$ seedlot lot \\',
      '    list',
      'LOT',
      '! trouble',
      '= 4',
      '',
      '$ ls',
    ].join('\n');
    expect(parseTranscript(text)).toEqual([
      { line: 2, event: 'the server stops' },
      { line: 3, command: 'seedlot lot list', output: ['LOT', '! trouble'], exitCode: 4 },
      { line: 9, command: 'ls', output: [], exitCode: 0 },
    ]);
  });
});

describe('settle', () => {
  it('fits patterns and leaves what differs to be seen', () => {
    expect(settle(['a <sha256>', 'b'], [`a ${'0'.repeat(64)}`, 'c'])).toEqual([`a ${'0'.repeat(64)}`, 'b']);
    expect(settle(['a'], [])).toEqual(['a']);
    expect(settle([], ['more'])).toEqual([]);
  });

  it('lets any number of lines stand before one that fits', () => {
    expect(settle(['! ...', '! end'], ['! 1', '! 2', '! end'])).toEqual(['! 1', '! 2', '! end']);
    expect(settle(['! ...', '! end'], ['! end'])).toEqual(['! end']);
    expect(settle(['! ...', '! end'], ['! 1'])).toEqual(['! end']);
  });

  it('takes a pattern for a whole line, and every other character for itself', () => {
    expect(matches('a.c', 'abc')).toBe(false);
    expect(matches('<any>', '')).toBe(true);
    expect(matches('<key>', `${'A'.repeat(40)} and more`)).toBe(false);
  });
});
