import { describe, expect, it } from 'vitest';
import { count } from '../output/figures.ts';
import { plain } from '../output/plain.ts';
import { Meter } from './meter.ts';

/** A meter on a screen that keeps what it gets, and a clock that a test winds. */
function meterOn(columns: number | null) {
  const written: string[] = [];
  const clock = { at: 0 };
  const stderr = {
    columns,
    rows: columns === null ? null : 24,
    colours: false,
    write: async (data: string | Uint8Array) => void written.push(String(data)),
  };
  return { meter: new Meter({ stderr, now: () => clock.at }, { say: count, name: '' }), written, clock };
}

describe('Meter in a file', () => {
  it('writes at most a line a second and a tenth of the work, then the end', async () => {
    const { meter, written, clock } = meterOn(null);
    for (let done = 0; done <= 10_000; done += 10) {
      await meter.update({ label: 'lot', done, total: 10_000 });
      clock.at += 20;
    }
    expect(written.length).toBeLessThanOrEqual(11);
    expect(written[0]).toBe('lot: 0%, 0 of 10,000\n');
    expect(written.at(-1)).toMatch(/^lot: 100%, 10,000 of 10,000/);
    expect(written.every(line => line.endsWith('\n') && plain(line.trimEnd()) === line.trimEnd())).toBe(true);
  });

  it('tells a new label at once', async () => {
    const { meter, written } = meterOn(null);
    await meter.update({ label: 'lot generating', done: 1, total: 2 });
    await meter.update({ label: 'lot sealed', done: 1, total: 2 });
    expect(written).toEqual(['lot generating: 50%, 1 of 2\n', 'lot sealed: 50%, 1 of 2\n']);
  });

  it('stays silent while nothing moves, however long', async () => {
    const { meter, written, clock } = meterOn(null);
    for (let at = 0; at < 1000; at += 1) {
      clock.at = at * 1000;
      await meter.update({ label: 'lot', done: 1, total: 1 });
    }
    expect(written.length).toBe(1);
  });
});

describe('Meter for a person', () => {
  it('draws at most ten times a second, always on one line', async () => {
    const { meter, written, clock } = meterOn(60);
    for (let done = 0; done < 1000; done += 1) {
      await meter.update({ label: 'lot', done, total: 1000 });
      clock.at += 1;
    }
    expect(written.length).toBe(10);
    expect(written.every(text => text.startsWith('\r\x1b[K') && !text.includes('\n'))).toBe(true);
  });

  it('takes the bar away before it says something, and when it ends', async () => {
    const { meter, written } = meterOn(60);
    await meter.update({ label: 'lot', done: 1, total: 2 });
    await meter.say('trouble\x1b[2J');
    await meter.clear();
    expect(written.slice(1)).toEqual(['\r\x1b[K', 'trouble\u{fffd}[2J\n']);
  });
});
