import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { ErasableError } from '@seedlot/erasable';

/** Milliseconds; longer than any token takes for the few calls that are made under the lock. */
const PATIENCE = 30_000;

/**
 * Runs `work` while no other process of this machine runs one under this name. The lock is a socket in Linux's abstract
 * namespace (unix(7)): it leaves no file, and the kernel takes it back from a process that dies. Elsewhere there is no
 * such thing, and none is needed by a token that is a device. Throws `slot_unreachable` when it is held too long.
 */
export async function holdingLock<T>(name: string, work: () => T): Promise<T> {
  if (process.platform !== 'linux') return work();
  const lock = await acquire(`\0seedlot ${name}`);
  try {
    return work();
  } finally {
    lock.close();
  }
}

async function acquire(path: string): Promise<Server> {
  for (const began = performance.now(); performance.now() - began < PATIENCE; ) {
    const server = createServer(waiting => waiting.destroy()).unref();
    try {
      await once(server.listen(path), 'listening');
      return server;
    } catch (cause) {
      if (codeOf(cause) !== 'EADDRINUSE') throw locked('cannot be taken', cause);
      await untilReleased(path);
    }
  }
  throw locked(`was held for ${PATIENCE / 1000} s by another process`);
}

/** The connection ends when the lock does, or the process that holds it; one that is refused came too late. */
async function untilReleased(path: string): Promise<void> {
  const holder = connect(path).setTimeout(PATIENCE, () => holder.destroy());
  holder.on('error', () => {});
  await once(holder, 'close').catch(() => {});
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : '';
}

function locked(how: string, cause?: unknown): ErasableError {
  return new ErasableError('slot_unreachable', `the lock of a token ${how}`, { cause });
}
