import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@seedlot/database/testing';
import { startPostgres, volatileSettings } from '@seedlot/embedded/postgres';
import type { TestProject } from 'vitest/node';
import { reportMissingTools } from './missing-tools.ts';
import { requirements } from './requirements.ts';

/** Before the first test: names what is missing and starts one PostgreSQL for all of them. Returns the end of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  reportMissingTools(requirements);
  const folder = await mkdtemp(join(tmpdir(), 'seedlot test '));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const settings = { ...volatileSettings, max_connections: '300' };
  const server = await startPostgres({ folder, settings }).catch(async fault => {
    await removeFolder();
    throw fault;
  });
  const { host, port, user, password } = server;
  project.provide('postgres', { host, port, user, password });
  return async () => {
    await server.stop();
    await removeFolder();
  };
}
