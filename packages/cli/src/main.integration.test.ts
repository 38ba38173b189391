import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeApi } from './testing/fake-api.ts';
import { startLiar } from './testing/liar.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const DRIVER = fileURLToPath(new URL('./testing/start-entry-driver.ts', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'seedlot main '));
});

afterAll(() => rm(folder, { recursive: true }));

function start(args: readonly string[], env: Record<string, string> = {}, stdout: number | 'pipe' = 'pipe') {
  const stdio = ['ignore', stdout, 'pipe'] as const;
  return spawn(process.execPath, args, { env: { ...process.env, ...env }, cwd: folder, stdio: [...stdio] });
}

async function end(child: ChildProcess): Promise<{ code: number; out: string; err: string }> {
  const [[code], out, err] = await Promise.all([
    once(child, 'close'),
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { code, out, err };
}

describe('the process', () => {
  it('prints its help on stdout and ends with 0', async () => {
    const { code, out, err } = await end(start([MAIN, 'order', 'place', '--help']));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Example:');
  });

  it('ends a wait with 130 on a first SIGINT, and says what goes on', async () => {
    await using server = await startLiar((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      child.kill('SIGINT');
    });
    const env = { SEEDLOT_SERVER: server.url.href, SEEDLOT_TOKEN: 'token' };
    const child = start([MAIN, 'lot', 'show', 'lot-000001', '--watch'], env);
    const { code, out, err } = await end(child);
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain('lot-000001 is made all the same');
  });

  it('ends with 130 while it reads from a person', async () => {
    const child = spawn(process.execPath, [MAIN, 'lot', 'receipt', 'lot-000001', '--file', '-'], {
      env: { ...process.env, SEEDLOT_TOKEN: 'token' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // The pipe holds far more than fits: once it has drained somewhat, somebody reads.
    while (child.stdin.write('x'.repeat(100_000)));
    await once(child.stdin, 'drain');
    child.stdin.on('error', () => {});
    child.kill('SIGINT');
    const { code, err } = await end(child);
    expect([code, err]).toEqual([130, 'seedlot: Interrupted. [interrupted]\n']);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    await using api = await FakeApi.start();
    const token = api.state.admit({ id: 'ops', kind: 'staff', role: 'ops' });
    for (let at = 0; at < 2000; at += 1) api.state.addStaff({ name: `somebody ${at}`, role: 'ops' });
    const child = start([MAIN, 'staff', 'list'], { SEEDLOT_SERVER: api.url, SEEDLOT_TOKEN: token });
    child.stdout?.destroy();
    const [[code], err] = await Promise.all([
      once(child, 'close'),
      child.stderr === null ? '' : text(child.stderr),
    ]);
    expect([code, err]).toEqual([141, '']);
  });

  it('ends quietly when nobody reads its help', async () => {
    const child = start([MAIN, '--help']);
    child.stdout?.destroy();
    const [[code], err] = await Promise.all([
      once(child, 'close'),
      child.stderr === null ? '' : text(child.stderr),
    ]);
    expect([code, err]).toEqual([141, '']);
  });

  it.skipIf(!existsSync('/dev/full'))('tells a full disk below its output', async () => {
    await using api = await FakeApi.start();
    const token = api.state.admit({ id: 'ops', kind: 'staff', role: 'ops' });
    api.state.addStaff({ name: 'somebody', role: 'ops' });
    const env = { SEEDLOT_SERVER: api.url, SEEDLOT_TOKEN: token };
    const { code, err } = await end(start([MAIN, 'staff', 'list'], env, openSync('/dev/full', 'w')));
    expect([code, err]).toEqual([
      5,
      'seedlot: stdout cannot be written: the disk is full. [file_unwritable]\n',
    ]);
  });
});

describe('startEntry', () => {
  async function entry(source: string): Promise<string> {
    const file = path.join(folder, 'entry point.ts');
    await writeFile(file, source);
    return file;
  }

  it('passes on arguments, output and exit code', async () => {
    const file = await entry(
      'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;',
    );
    expect(await end(start([DRIVER, file, '--data', 'a b']))).toEqual({
      code: 7,
      out: '["--data","a b"]',
      err: '',
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes on each %s, once', async signal => {
    const file = await entry(`
      let times = 0;
      process.on('${signal}', () => {
        times += 1;
        process.stdout.write(times + ' ');
        if (times === 2) process.exit(9);
      });
      setInterval(() => {}, 1000);
      process.stdout.write('ready ');
    `);
    const child = start([DRIVER, file]);
    let said = '';
    child.stdout?.on('data', data => {
      said += data;
      if (/(ready|1) $/.test(said)) child.kill(signal);
    });
    await once(child, 'close');
    expect([child.exitCode, said]).toEqual([9, 'ready 1 2 ']);
  });

  it('tells a death by signal as a shell does', async () => {
    const file = await entry("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
    expect((await end(start([DRIVER, file]))).code).toBe(137);
  });
});
