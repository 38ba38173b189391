import { expect, onTestFinished, test } from 'vitest';
import { type EmbeddedPostgres, startPostgres, volatileSettings } from '../postgres.ts';
import { dataFolder, query } from '../testing/servers.ts';
import { askServer, type Lease } from './lease.ts';

async function server(): Promise<EmbeddedPostgres> {
  const started = await startPostgres({ folder: await dataFolder(), settings: volatileSettings });
  onTestFinished(() => started.stop());
  return started;
}

async function leaseOf({ port, password }: EmbeddedPostgres, name: string): Promise<Lease> {
  const answer = await askServer(port, password, name);
  if (typeof answer !== 'object') throw new Error(answer);
  onTestFinished(() => answer.release());
  return answer;
}

async function nameOf(started: EmbeddedPostgres): Promise<string> {
  const rows = await query<{ name: string }>(started, `select current_setting('cluster_name') as name`);
  return rows[0]?.name ?? '';
}

test('a server with another name, or another password, is a stranger; a closed port is silent', async () => {
  const started = await server();
  const { port, password } = started;
  const name = await nameOf(started);
  expect(await askServer(port, password, `${name}0`)).toBe('stranger');
  expect(await askServer(port, 'guess', name)).toBe('stranger');
  await started.stop();
  expect(await askServer(port, password, name)).toBe('silent');
});

test('the lease of a running server is held by its owner, and lost with the server', async () => {
  const started = await server();
  const name = await nameOf(started);
  const another = await leaseOf(started, name);
  expect(await another.acquire()).toBe(false);
  await started.stop();
  await another.lost;
  expect(await another.acquire()).toBe(false);
});
