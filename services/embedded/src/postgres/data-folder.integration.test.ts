import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startPostgres } from '../postgres.ts';
import { dataFolder, privateFolder } from '../testing/servers.ts';

describe('a folder that cannot be used is an error of one line', () => {
  async function fault(folder: string): Promise<Error & { code: string }> {
    const error = await startPostgres({ folder }).then(
      server => server.stop(),
      (error: unknown) => error,
    );
    return error as Error & { code: string };
  }

  test('a file', async () => {
    const path = join(await privateFolder(), 'data');
    await writeFile(path, '');
    const { name, code, message } = await fault(path);
    expect({ name, code }).toEqual({ name: 'EmbeddedError', code: 'data_folder_unusable' });
    expect(message).toContain(path);
    expect(message).not.toContain('\n');
  });

  test('without its password', async () => {
    const folder = await dataFolder();
    await rm(join(folder, 'server', 'password'));
    expect(await fault(folder)).toMatchObject({ code: 'data_folder_unusable' });
  });

  test('with another password', async () => {
    const folder = await dataFolder();
    await writeFile(join(folder, 'server', 'password'), 'guess');
    const { code, message } = await fault(folder);
    expect(code).toBe('postgres_not_started');
    expect(message).not.toContain('guess');
    expect(await readdir(join(folder, 'server', 'cluster'))).not.toContain('postmaster.pid');
  });

  test('whose cluster is damaged', async () => {
    const folder = await dataFolder();
    await rm(join(folder, 'server', 'cluster', 'global', 'pg_control'));
    const { code, message } = await fault(folder);
    expect(code).toBe('postgres_not_started');
    expect(message).toMatch(/pg_control/);
    expect(message).not.toContain('\n');
  });
});
