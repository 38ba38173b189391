import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Lifetime } from '@seedlot/service-kit';
import { openFolders } from '../folders.ts';
import { type Stack, startStack } from '../stack.ts';

/** A system of the demo's own: data and root slots in two temporary folders, removed at the end. */
export async function startOwnStack(life: Lifetime): Promise<Stack> {
  const [data, rootSlots] = await Promise.all([
    temporaryFolder(life, 'data'),
    temporaryFolder(life, 'roots'),
  ]);
  const log = createLogger({ service: 'demo', level: 'error', destination: process.stderr });
  return startStack(life, {
    folders: await openFolders({ data, rootSlots }),
    log,
    port: 0,
    redis: undefined,
  });
}

async function temporaryFolder(life: Lifetime, name: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `seedlot-demo-${name}-`));
  life.onEnd(`temporary ${name}`, () => rm(path, { recursive: true, force: true }));
  return path;
}
