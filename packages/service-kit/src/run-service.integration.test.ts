import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('testing/scenarios.ts', import.meta.url));

describe('a process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  /** Runs a scenario, calls `act` when it has said "up", and tells how the process ended. */
  async function run(scenario: string, act: (process: ChildProcess) => void = () => {}, ...args: string[]) {
    const started = spawn(process.execPath, [script, scenario, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let out = '';
    let err = '';
    started.stderr.on('data', text => {
      err += text;
    });
    started.stdout.on('data', text => {
      out += text;
      if (String(text).startsWith('up\n')) act(started);
    });
    const [code] = await once(started, 'close');
    return { code, out: out.split('\n').slice(0, -1), err };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops its parts in reverse order at %s and exits with 0',
    async signal => {
      const { code, out, err } = await run('server', started => started.kill(signal));
      expect({ code, out, err }).toEqual({
        code: 0,
        out: ['up', 'signal', 'stop second', 'stop first'],
        err: '',
      });
    },
  );

  it('stops its parts after a task that is done', async () => {
    expect(await run('task')).toEqual({ code: 0, out: ['stop first'], err: '' });
  });

  it('tells why it did not start, in one line, and stops what had started', async () => {
    const { code, out, err } = await run('refused');
    expect({ code, out }).toEqual({ code: 2, out: ['stop first'] });
    expect(err).toBe('test: PORT: is missing and more [config_invalid]\n');
  });

  it('tells a defect with its place, without a stack', async () => {
    const { code, err } = await run('defect');
    expect(code).toBe(1);
    expect(err).toMatch(/^test: TypeError: nobody foresaw this \(at .*scenarios\.ts.*\)\n$/);
  });

  it('does not survive what nobody caught', async () => {
    const uncaught = await run('uncaught');
    expect(uncaught).toMatchObject({
      code: 1,
      out: [],
      err: expect.stringMatching(/^test: TypeError: uncaught .*\n$/),
    });
    const unhandled = await run('unhandled');
    expect(unhandled).toMatchObject({ code: 4, err: 'test: unhandled [address_unavailable]\n' });
  });

  it('names the part that does not stop in time', async () => {
    const { code, err } = await run('hanging', started => started.kill('SIGTERM'), '50');
    expect(code).toBe(1);
    expect(err).toBe('test: the pool did not end within 50 ms [stop_overdue]\n');
  });

  it('exits at once at a second signal', async () => {
    const { code, err } = await run('hanging', started => {
      started.kill('SIGINT');
      const again = setInterval(() => started.kill('SIGINT'), 20);
      started.once('exit', () => clearInterval(again));
    });
    expect({ code, err }).toEqual({ code: 130, err: '' });
  });

  it('lets a start under way come to its end, and stops what that brought to life', async () => {
    const { code, out } = await run('starting', started => started.kill('SIGTERM'));
    expect({ code, out }).toEqual({ code: 0, out: ['up', 'child started', 'stop child'] });
  });
});
