import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from './errors.ts';
import { findServer } from './server-address.ts';
import { TestTerminal } from './testing/test-terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'seedlot address '));
});

afterAll(() => rm(folder, { recursive: true }));

async function found(env: Record<string, string>, named?: string): Promise<string> {
  const terminal = new TestTerminal({ args: [], env, folder });
  return (await findServer(terminal, named)).href;
}

async function fault(env: Record<string, string>, named?: string): Promise<unknown> {
  return found(env, named).catch((error: unknown) => error);
}

describe('findServer', () => {
  it('believes the command line, then the environment, then the running system, then the usual port', async () => {
    await writeFile(path.join(folder, 'address'), 'http://127.0.0.1:4321\n');
    const env = { SEEDLOT_SERVER: 'http://127.0.0.1:1234', SEEDLOT_DATA: '.' };
    expect(await found(env, 'https://seedlot.example.com/api')).toBe('https://seedlot.example.com/api');
    expect(await found(env)).toBe('http://127.0.0.1:1234/');
    expect(await found({ SEEDLOT_DATA: '.' })).toBe('http://127.0.0.1:4321/');
    expect(await found({ SEEDLOT_DATA: 'absent' })).toBe('http://127.0.0.1:7333/');
  });

  it.each([
    'http://localhost:1',
    'http://127.0.0.1',
    'http://127.8.9.10:80',
    'http://[::1]:7333',
    'https://example.com',
  ])('lets a token go to %s', async address => {
    expect(new URL(await found({}, address)).host).toBe(new URL(address).host);
  });

  // What looks like this machine and is not.
  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://0.0.0.0:7333',
    'http://[::2]',
    'http://10.0.0.1',
    'http://127.0.0.1@example.com',
    'http://user:secret@localhost',
    'file:///etc/passwd',
    '//localhost',
    '',
  ])('sends none to %s', async address => {
    const refusal = await fault({}, address);
    expect(refusal).toBeInstanceOf(CliError);
    expect(refusal).toMatchObject({ code: 'server_address_invalid' });
  });

  it('judges what it read in a file as strictly', async () => {
    await writeFile(path.join(folder, 'address'), 'http://example.com\n');
    expect(await fault({ SEEDLOT_DATA: folder })).toMatchObject({ code: 'server_address_invalid' });
  });
});
