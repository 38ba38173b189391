import { chmod, chown, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import {
  DAEMON,
  dataFolder,
  isAlive,
  isRoot,
  kill,
  owner,
  plainUserCanRun,
  privateFolder,
  query,
  start,
  untilGone,
} from './testing/servers.ts';

describe('a server', () => {
  test('keeps its data and its password over a restart', async () => {
    const folder = join(await privateFolder(), 'data');
    const first = await start(folder);
    await query(first, 'create table kept as select 7 as n');
    await first.stop();
    const second = await start(folder);
    expect(second.password).toBe(first.password);
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  test('is durable unless it is told otherwise, and listens on the loopback address alone', async () => {
    const server = await startPostgres({ folder: join(await privateFolder(), 'data') });
    onTestFinished(() => server.stop());
    const settings = await query(
      server,
      `select name, setting from pg_settings where name in
        ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories') order by name`,
    );
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const folder = await dataFolder();
    const server = await start(folder);
    await expect(query({ ...server, password: 'guess' }, 'select')).rejects.toMatchObject({ code: '28P01' });
    await expect(query({ ...server, password: '' }, 'select')).rejects.toThrow();
    const file = join(folder, 'server', 'password');
    expect(await readFile(file, 'utf8')).toBe(server.password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  test('is ended by every call of stop, and by the first', async () => {
    const folder = await dataFolder();
    const server = await start(folder);
    await Promise.all([server.stop(), server.stop()]);
    await expect(query(server, 'select')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await readdir(join(folder, 'server', 'cluster'))).not.toContain('postmaster.pid');
  });

  test('ends with a process that leaves without stopping it', async () => {
    const { server } = await owner(await dataFolder(), { last: 'exit' });
    await untilGone(server.pid);
  });
});

describe('a folder in use', () => {
  test('is refused to a second process, and the first goes on', async () => {
    const folder = await dataFolder();
    const { server: first } = await owner(folder);
    await expect(startPostgres({ folder })).rejects.toMatchObject({
      name: 'EmbeddedError',
      code: 'data_folder_in_use',
    });
    expect(await isAlive(first.pid)).toBe(true);
  });

  test('is refused also after a process of the server crashed and the server recovered', async () => {
    const folder = await dataFolder();
    const server = await start(folder);
    const holder = `select pid from pg_locks where locktype = 'advisory' and granted`;
    const before = await query<{ pid: number }>(server, holder);
    process.kill(before[0]?.pid ?? 0, 'SIGKILL');
    const after = async () => (await query<{ pid: number }>(server, holder).catch(() => []))[0]?.pid ?? 0;
    while ([0, before[0]?.pid].includes(await after())) await pause(10);
    await expect(startPostgres({ folder })).rejects.toMatchObject({ code: 'data_folder_in_use' });
  });

  test('has one owner when two processes start at once', async () => {
    const folder = join(await privateFolder(), 'data');
    const both = await Promise.all([owner(folder), owner(folder)]);
    const failures = both.flatMap(({ server }) => server.error ?? []);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/another process is using/);
    const winner = both.find(({ server }) => server.error === undefined)?.server;
    expect(await isAlive(winner?.pid ?? 0)).toBe(true);
  });
});

describe.runIf(isRoot)('as root', () => {
  test('the server is nobody, also below folders that only root can open', async () => {
    const folder = await dataFolder();
    const { server } = await owner(folder);
    expect((await lstat(`/proc/${server.pid}`)).uid).toBe(65534);
  });

  test.runIf(plainUserCanRun)(
    'the server is whoever owns the data, and a plain user runs it as itself',
    async () => {
      const home = await privateFolder();
      await chmod(home, 0o755);
      const folder = join(home, 'data');
      await mkdir(folder, { mode: 0o700 });
      await chown(folder, DAEMON, DAEMON);
      const { child, server } = await owner(folder, { uid: DAEMON });
      expect(server.error).toBeUndefined();
      expect(server.uid).toBe(DAEMON);
      await kill(child);
      const { server: next } = await owner(folder);
      expect((await lstat(`/proc/${next.pid}`)).uid).toBe(DAEMON);
      expect(next.password).toBe(server.password);
    },
  );

  test.runIf(plainUserCanRun)("a plain user is refused root's data in one line", async () => {
    const home = await privateFolder();
    await chmod(home, 0o755);
    const folder = join(home, 'data');
    await (await start(folder)).stop();
    const { server } = await owner(folder, { uid: DAEMON });
    expect(server.error).toMatch(/^EmbeddedError: the data folder .*data cannot be used: EACCES.*$/);
  });
});
