import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@seedlot/database/testing';
import { startPostgres, volatileSettings } from '@seedlot/embedded/postgres';
import type { TestProject } from 'vitest/node';
import { findDocker } from './docker.ts';
import { reportMissingTools } from './missing-tools.ts';
import { redisNote } from './redis.ts';
import { requirements } from './requirements.ts';

/** Before the first test: names what is missing and starts one PostgreSQL for all of them. Returns the end of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await findDocker();
  reportMissingTools(requirements);
  const redis = redisNote();
  if (redis !== null) process.stderr.write(`${redis}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'seedlot test '));
  // At the exit, because a Ctrl-C skips the teardown; the server, told to end by then, may still be writing.
  process.once('exit', () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  );
  const settings = { ...volatileSettings, max_connections: '300' };
  const server = await startPostgres({ folder, settings });
  const { host, port, user, password } = server;
  project.provide('postgres', { host, port, user, password });
  return () => server.stop();
}
