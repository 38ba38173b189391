import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { CALM, TROUBLED } from '../testing/fake-status.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

let api: FakeApi;
let token: string;
beforeEach(async () => {
  api = await FakeApi.start();
  token = api.state.admit({ id: 'ops', kind: 'staff', role: 'ops' });
});
afterEach(() => api[Symbol.asyncDispose]());

/** `seedlot status --watch`; `looks` say what the server tells, one look after the other, and then comes Ctrl-C. */
function watching(args: readonly string[], columns: number | null, looks: readonly (() => void)[]) {
  const terminal = new TestTerminal({
    args: ['status', '--watch', ...args],
    env: { SEEDLOT_SERVER: api.url, SEEDLOT_TOKEN: token },
    folder: '/',
    columns,
  });
  const steps = [...looks];
  const { pause } = terminal;
  terminal.pause = async milliseconds => {
    const next = steps.shift();
    if (next === undefined) terminal.interrupt('SIGINT');
    else next();
    await pause.call(terminal, milliseconds);
  };
  return { terminal, text: () => terminal.stdout.bytes.toString().replaceAll('\x1b', 'ESC') };
}

const same = () => {};
const later = () => {
  const at = new Date(Date.parse(api.state.status.at) + 2000).toISOString();
  const workers = api.state.status.workers.map(worker => ({ ...worker, seenAt: at }));
  api.state.status = { ...api.state.status, at, workers };
};
const trouble = () => {
  api.state.status = TROUBLED;
};

describe('seedlot status --watch', () => {
  it('paints in one place on the other screen, and leaves the last page where it began', async () => {
    const { terminal, text } = watching([], 80, [same, trouble]);
    expect(await run(terminal)).toBe(0);
    expect(terminal.pauses).toEqual([2000, 2000]);
    const [before, painted = '', left = ''] = text().split(/ESC\[\?1049[hl]/);
    expect(before).toBe('');
    expect(painted).toMatch(/^ESC\[\?25lESC\[\?7lESC\[H.*ESC\[\?7hESC\[\?25h$/s);
    const pages = painted.split('ESC[H').slice(1);
    expect(pages).toHaveLength(3);
    expect(pages[0]).toContain('Nothing is late.');
    expect(pages[2]).toMatch(/^LATE.*ESC\[K\r\nqueue on redis/);
    expect(left).toMatch(/^LATE/);
    expect(left).not.toContain('ESC');
    expect(terminal.stderr.bytes.toString()).toBe('');
  });

  it('never paints more lines than the screen has, and says how many it leaves out', async () => {
    const { terminal, text } = watching([], 40, []);
    api.state.status = TROUBLED;
    await run(terminal);
    const [page = ''] = text().split('ESC[H').slice(1);
    const lines = page.split('ESC[?7h')[0]?.split('\r\n') ?? [];
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toMatch(/^\d+ lines more below/);
  });

  it('tells a pipe a page only when something changes, and not that time goes by', async () => {
    const { terminal, text } = watching([], null, [later, later, trouble, same]);
    expect(await run(terminal)).toBe(0);
    expect(text().match(/^As of/gm)).toHaveLength(2);
    expect(text()).toMatch(/^Nothing is late\.\n.*\n\nLATE /s);
    expect(text()).not.toContain('ESC');
  });

  it.each([80, null])(
    'with --json prints a line a change, on a screen of %s columns as well',
    async columns => {
      const { terminal, text } = watching(['--json'], columns, [later, trouble]);
      await run(terminal);
      const lines = text().trimEnd().split('\n');
      expect(lines.map(line => JSON.parse(line))).toEqual([CALM, TROUBLED]);
    },
  );

  it('goes on over a server that answers again after a while', async () => {
    const busy = () => api.faults.refusals.push('temporarily_unavailable', 'temporarily_unavailable');
    const { terminal, text } = watching([], null, [busy, trouble, trouble, trouble]);
    expect(await run(terminal)).toBe(0);
    expect(text()).toContain('LATE');
    expect(terminal.stderr.bytes.toString()).toContain('trying again');
  });

  it('is ended by SIGTERM as any other command', async () => {
    const { terminal } = watching([], null, []);
    terminal.pause = async () => {
      terminal.interrupt('SIGTERM');
      throw new Error('stopped');
    };
    expect(await run(terminal)).toBe(143);
  });

  it('brings the first screen back when it fails', async () => {
    const { terminal, text } = watching([], 80, [() => api.faults.refusals.push('role_refused')]);
    expect(await run(terminal)).toBe(7);
    expect(text()).toMatch(/ESC\[\?1049l(?!.*ESC)/s);
  });
});
