import { stat } from 'node:fs/promises';

/** The ids that the server runs under; empty: those of this process. */
export type Account = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** `nobody` on every system that we know; it needs no entry in /etc/passwd. */
const NOBODY = 65534;

/**
 * PostgreSQL refuses to run as root, so root gives the server to whoever owns the cluster, or to nobody.
 * @param cluster the cluster's folder, which need not exist yet
 */
export async function serverAccount(cluster: string): Promise<Account> {
  if (!isRoot()) return {};
  const owner = await stat(cluster).catch(() => undefined);
  if (owner === undefined || owner.uid === 0) return { uid: NOBODY, gid: NOBODY };
  return { uid: owner.uid, gid: owner.gid };
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
