import type { ServerAddress } from '@seedlot/database';
import type { Lifetime } from '@seedlot/service-kit';
import { openDataFolder, readPassword, SUPERUSER } from '../postgres/data-folder.ts';
import { findRunningServer } from '../postgres/process.ts';
import { startPostgres } from '../postgres.ts';

/**
 * The installation's PostgreSQL, as its superuser: the server that the running system has, or else one that is started
 * here and ends with `life`. Throws EmbeddedError.
 */
export async function reachPostgres(life: Lifetime, folder: string): Promise<ServerAddress> {
  const data = await openDataFolder(folder);
  const running = await findRunningServer(data);
  if (running !== undefined) {
    return { host: '127.0.0.1', port: running.port, user: SUPERUSER, password: await readPassword(data) };
  }
  const started = await startPostgres({ folder });
  life.onEnd('postgres', () => started.stop());
  return started;
}
