import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { sha256, startFile } from '../testing/fake-answers.ts';
import { startLiar } from '../testing/liar.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

const FILE = randomBytes(700_000);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'seedlot download '));
});

afterEach(() => rm(folder, { recursive: true }));

interface Downloaded {
  readonly exitCode: number;
  readonly told: string;
  readonly files: readonly string[];
}

/** `seedlot lot download lot-000001 --out lot.pgp` from a server that answers whatever it likes. */
async function download(answer: RequestListener, ...options: readonly string[]): Promise<Downloaded> {
  await using server = await startLiar(answer);
  const terminal = new TestTerminal({
    args: ['lot', 'download', 'lot-000001', '--out', 'lot.pgp', ...options],
    env: { SEEDLOT_SERVER: server.url.href, SEEDLOT_TOKEN: 'token' },
    folder,
  });
  const exitCode = await run(terminal);
  return { exitCode, told: terminal.stderr.bytes.toString(), files: (await readdir(folder)).sort() };
}

function stored(): Promise<Buffer> {
  return readFile(path.join(folder, 'lot.pgp'));
}

describe('lot download', () => {
  it('asks only for what it does not have, and only of the same file', async () => {
    const asked: unknown[] = [];
    const { exitCode } = await download((request, response) => {
      const { range, 'if-range': ifRange } = request.headers;
      asked.push({ range, ifRange });
      const bytes = startFile(request, response, FILE);
      if (asked.length > 1) return void response.end(bytes);
      response.write(bytes.subarray(0, 400_000), () => setImmediate(() => response.destroy()));
    });
    expect(exitCode).toBe(0);
    expect(await stored()).toEqual(FILE);
    expect(asked).toEqual([
      { range: undefined, ifRange: undefined },
      { range: expect.stringMatching(/^bytes=[1-9]\d*-$/), ifRange: `"${sha256(FILE)}"` },
    ]);
  });

  it('begins anew when the file changes between two connections', async () => {
    let connections = 0;
    const { exitCode } = await download((request, response) => {
      connections += 1;
      if (connections > 1) return void response.end(startFile(request, response, FILE));
      const old = startFile(request, response, randomBytes(FILE.length));
      response.write(old.subarray(0, 400_000), () => setImmediate(() => response.destroy()));
    });
    expect(exitCode).toBe(0);
    expect(await stored()).toEqual(FILE);
  });

  it('cannot begin anew on stdout, and says so', async () => {
    let connections = 0;
    const { exitCode, told } = await download(
      (request, response) => {
        connections += 1;
        if (connections > 1) return void response.end(startFile(request, response, FILE));
        const old = startFile(request, response, randomBytes(FILE.length));
        response.write(old.subarray(0, 400_000), () => setImmediate(() => response.destroy()));
      },
      '--out',
      '-',
    );
    expect([exitCode, told.includes('[download_damaged]')]).toEqual([6, true]);
  });

  it('never replaces a file that appeared while it was busy', async () => {
    const { exitCode, told, files } = await download(async (request, response) => {
      const bytes = startFile(request, response, FILE);
      await writeFile(path.join(folder, 'lot.pgp'), 'precious');
      response.end(bytes);
    });
    expect([exitCode, told.includes('[file_exists]')]).toEqual([9, true]);
    expect((await stored()).toString()).toBe('precious');
    expect(files).toEqual(['lot.pgp', 'lot.pgp.part']);
  });

  it('is not led astray by a link that waits under its name', async () => {
    await symlink('elsewhere', path.join(folder, 'lot.pgp'));
    const { exitCode, files } = await download((request, response) => {
      response.end(startFile(request, response, FILE));
    });
    expect([exitCode, files]).toEqual([9, ['lot.pgp', 'lot.pgp.part']]);
  });

  const head = { 'content-type': 'application/octet-stream', etag: `"${sha256(FILE)}"` };
  const lies: readonly [string, number, RequestListener][] = [
    [
      'another part than was asked for',
      4,
      (_request, response) =>
        response.writeHead(206, { ...head, 'content-range': 'bytes 5-9/10' }).end('56789'),
    ],
    ['no size', 4, (_request, response) => response.writeHead(200, head).end(FILE)],
    ['a weak tag', 4, (_request, response) => response.writeHead(200, { ...head, etag: 'W/"0"' }).end('0')],
    ['no tag', 4, (_request, response) => response.writeHead(200, { 'content-length': 1 }).end('0')],
    [
      'the right size and other bytes',
      6,
      (_request, response) =>
        response.writeHead(200, { ...head, 'content-length': FILE.length }).end(randomBytes(FILE.length)),
    ],
    [
      'more than it announced',
      6,
      (_request, response) => response.writeHead(206, { ...head, 'content-range': 'bytes 0-0/1' }).end(FILE),
    ],
    ['the end of a file that was never begun', 3, (_request, response) => response.writeHead(416).end()],
  ];

  it.each(lies)('leaves nothing of a file that comes with %s', async (_lie, code, answer) => {
    const { exitCode, files } = await download(answer);
    expect([exitCode, files]).toEqual([code, []]);
  });

  it('keeps what it has when a person stops it, and goes on from there', async () => {
    const ranges: unknown[] = [];
    await using server = await startLiar((request, response) => {
      ranges.push(request.headers.range);
      const bytes = startFile(request, response, FILE);
      if (ranges.length > 1) return void response.end(bytes);
      response.write(bytes.subarray(0, 400_000));
    });
    const env = { SEEDLOT_SERVER: server.url.href, SEEDLOT_TOKEN: 'token' };
    const args = ['lot', 'download', 'lot-000001', '--out', 'lot.pgp'];

    const stopped = new TestTerminal({ args, env, folder });
    stopped.stderr.onWrite = () => stopped.interrupt('SIGINT');
    expect(await run(stopped)).toBe(130);
    expect(stopped.stderr.bytes.toString()).toContain('the same command goes on from there');
    expect(await readdir(folder)).toEqual(['lot.pgp.part']);

    expect(await run(new TestTerminal({ args, env, folder }))).toBe(0);
    expect(await stored()).toEqual(FILE);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });
});
