import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dataFolder, isAlive, isRoot, kill, owner, privateFolder, query, start } from '../testing/servers.ts';

const run = promisify(execFile);

describe('after kill -9 of its owner', () => {
  test('a server is ended and its data served by the next', async () => {
    const folder = await dataFolder();
    const { child, server: orphan } = await owner(folder);
    const address = { host: '127.0.0.1', user: 'seedlot', stop: async () => {}, ...orphan };
    await query(address, 'create table kept as select 7 as n');
    await kill(child);
    expect(await isAlive(orphan.pid)).toBe(true);
    const next = await start(folder);
    expect(await isAlive(orphan.pid)).toBe(false);
    expect(await query(next, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  test('a server that is suspended is ended, too', async () => {
    const folder = await dataFolder();
    const { child, server: orphan } = await owner(folder);
    await kill(child);
    process.kill(orphan.pid, 'SIGSTOP');
    const next = await start(folder);
    expect(await isAlive(orphan.pid)).toBe(false);
    expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('what a killed start had begun is removed', async () => {
    const folder = join(await privateFolder(), 'data');
    await mkdir(join(folder, 'draft-abandoned', 'cluster'), { recursive: true });
    await start(folder);
    expect(await readdir(folder)).toEqual(['server']);
  });
});

describe('a postmaster.pid that names a stranger', () => {
  /** A process that PostgreSQL would take for the server: alive, and of the same user. */
  async function stranger(folder: string): Promise<ChildProcess> {
    const { uid, gid } = await stat(join(folder, 'server', 'cluster'));
    const child = spawn('sleep', ['600'], { ...(isRoot && { uid, gid }), stdio: 'ignore' });
    onTestFinished(() => kill(child));
    await once(child, 'spawn');
    return child;
  }

  test.each([
    ['whole', (pid: number) => `${pid}\n/elsewhere\n1700000000\n5432\n\n127.0.0.1\n  2164040 4\nready   \n`],
    ['cut short', (pid: number) => `${pid}`],
  ])('%s, keeps the server from nothing and does the stranger no harm', async (_, content) => {
    const folder = await dataFolder();
    const child = await stranger(folder);
    await writeFile(join(folder, 'server', 'cluster', 'postmaster.pid'), content(child.pid ?? 0));
    await start(folder);
    expect(child.signalCode).toBeNull();
    expect(await isAlive(child.pid ?? 0)).toBe(true);
  });

  test('and holds no process id at all, is not believed', async () => {
    const folder = await dataFolder();
    for (const content of ['', '\n', 'not a number\n', '-1\n', '0\n', '1\n', '99999999999999999999\n']) {
      await writeFile(join(folder, 'server', 'cluster', 'postmaster.pid'), content);
      const server = await start(folder);
      expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
      await server.stop();
    }
  });

  test('of a copied folder does the original no harm', async () => {
    const folder = await dataFolder();
    const original = await start(folder);
    await run('cp', ['-a', folder, `${folder} copied`]);
    const copy = await start(`${folder} copied`);
    expect(copy.port).not.toBe(original.port);
    expect(await query(original, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
