import { lchown, stat } from 'node:fs/promises';

/** The ids that the server runs under; empty: those of this process. */
export type Account = { readonly uid: number; readonly gid: number } | { readonly uid?: undefined };

/** `nobody`: initdb insists on a user that the system knows by name. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root, so root gives the server to whoever owns the cluster, or to nobody.
 * @param cluster the cluster's folder, which need not exist yet
 */
export async function serverAccount(cluster: string): Promise<Account> {
  if (process.geteuid?.() !== 0) return {};
  const owner = await stat(cluster).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.uid !== undefined) await lchown(path, account.uid, account.gid);
}
