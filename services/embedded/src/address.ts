import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lifetime } from '@seedlot/service-kit';

/** Tells a CLI on this machine where the API listens, for as long as it does. */
export async function writeAddress(life: Lifetime, data: string, url: string): Promise<void> {
  const path = join(data, 'address');
  await writeFile(path, `${url}\n`, { mode: 0o600 });
  life.onEnd('address', () => rm(path, { force: true }));
}
