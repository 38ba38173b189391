import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from './client.ts';
import { makeOwnKey } from './own-key.ts';

/** A partner's own machine: its key, and the vendor's public one to check signatures with. */
export interface Disk {
  readonly folder: string;
  readonly secretKey: string;
  readonly publicKey: string;
  readonly vendorKey: string;
}

/** The machines of factory and customer, each a folder below the demo's output folder. */
export async function prepareDisks(out: string): Promise<{ factory: Disk; customer: Disk }> {
  await Promise.all(['factory', 'customer', 'vendor', 'evidence'].map(name => mkdir(join(out, name))));
  return {
    factory: await prepareDisk(out, 'factory', 'Demo factory'),
    customer: await prepareDisk(out, 'customer', 'Demo customer'),
  };
}

async function prepareDisk(out: string, name: string, owner: string): Promise<Disk> {
  const { secretKey, publicKey } = await makeOwnKey(owner);
  const folder = join(out, name);
  const path = join(folder, 'secret-key.asc');
  await writeFile(path, secretKey, { mode: 0o600 });
  return { folder, secretKey: path, publicKey, vendorKey: join(out, 'vendor', 'signing-key.asc') };
}

/** Anybody may fetch the vendor's public key. */
export async function fetchVendorKey(client: Client, { vendorKey }: Disk): Promise<void> {
  const { items } = await client.get<{ items: { publicKey: string }[] }>('/vendor-keys');
  await writeFile(vendorKey, items[0]?.publicKey ?? '');
}

/** Downloads into a new file of the disk; resolves to its path. */
export async function download(client: Client, path: string, disk: Disk, name: string): Promise<string> {
  const file = join(disk.folder, name);
  await pipeline(await client.download(path), createWriteStream(file, { flags: 'wx' }));
  return file;
}
