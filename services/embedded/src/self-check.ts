import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type CheckedShreds, type SelfCheck, ShredderError, whatToCheck } from '@seedlot/shredder';
import type { Logins } from './databases.ts';
import type { Folders } from './folders.ts';
import type { SlotAddress } from './slot-address.ts';

/** What the checking process is told, on its standard input: a password has no place among arguments. */
export interface CheckRequest {
  readonly url: string;
  readonly seedsSlot: SlotAddress;
  readonly filesSlot: SlotAddress;
  readonly shreds: CheckedShreds;
}

/** Milliseconds after which a check that hangs counts as failed. */
const PATIENCE_MS = 120_000;

const PROGRAM = fileURLToPath(new URL('self-check-process.ts', import.meta.url));

/** Checks shreds in a fresh process, which holds nothing that this one may still have in memory. */
export function childSelfCheck(logins: Logins, { seedsSlot, filesSlot }: Folders): SelfCheck {
  return async shreds => {
    const request: CheckRequest = {
      url: logins.url('seedlot_shredder'),
      seedsSlot,
      filesSlot,
      shreds: whatToCheck(shreds),
    };
    const child = spawn(process.execPath, [PROGRAM], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: PATIENCE_MS,
    });
    // A child that ends before it has read tells why by its exit.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(request));
    const fault = Array.fromAsync(child.stderr as AsyncIterable<Buffer>);
    const [code] = await once(child, 'close');
    if (code === 0) return;
    throw new ShredderError(
      'self_check_failed',
      Buffer.concat(await fault)
        .toString()
        .trim()
        .slice(0, 500),
    );
  };
}
