import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type DataFolder, DRAFT_PREFIX } from './data-folder.ts';
import { telling } from './server-log.ts';

/** What one start of the server says: its own, because another process may be starting the same cluster. */
export interface StartLog {
  readonly fd: number;
  /** Why the server did not start. */
  reason(): Promise<string>;
  /** Makes it the log of the running server. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export async function openStartLog(data: DataFolder): Promise<StartLog> {
  const path = join(data.folder, `${DRAFT_PREFIX}${randomUUID()}.log`);
  const file = await open(path, 'ax+', 0o600);
  if (data.account.uid !== undefined) await file.chown(data.account.uid, data.account.gid);
  return {
    fd: file.fd,
    // Through the open file: who was faster may have removed its name.
    reason: async () => telling(await text(file.createReadStream({ start: 0, autoClose: false }))),
    keep: () => rename(path, data.log).finally(() => file.close()),
    discard: () => rm(path, { force: true }).finally(() => file.close()),
  };
}
