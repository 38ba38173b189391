import { createHash, type KeyObject, randomFillSync, timingSafeEqual } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SecretBytes } from '@seedlot/domain';
import { KEY_BYTES, keyBytes, secretKey } from './aead.ts';
import { ErasableError } from './errors.ts';
import { randomKeys } from './keyring-keys.ts';
import type { RootId } from './root-slot.ts';

const CHECK_BYTES = 32;
const FILE_BYTES = KEY_BYTES + CHECK_BYTES;
const OTHERS = 0o077;

/** Draws a root and writes it, durable but for its name: the key's 32 bytes and a check of them. Never overwrites. */
export async function writeRootFile(path: string, id: RootId): Promise<void> {
  using key = keyBytes(randomKeys.draw());
  using content = new SecretBytes(Buffer.allocUnsafeSlow(FILE_BYTES));
  content.bytes.set(key.bytes);
  content.bytes.set(check(id, key.bytes), KEY_BYTES);
  // Straight under its only name: a second name would be a second thing to destroy. A crash in the middle leaves a
  // root that nothing was ever sealed under and that does not open; recovery destroys it.
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content.bytes);
  await file.sync();
}

/** The key in a root's file; `root_damaged` when the file is not whole or another root's, for example half destroyed. */
export async function readRootFile(path: string, id: RootId): Promise<KeyObject> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const stats = await file.stat();
  assertPrivate(path, stats);
  if (stats.size !== FILE_BYTES) throw damaged(path, `has ${stats.size} bytes, not ${FILE_BYTES}`);
  using content = new SecretBytes(Buffer.allocUnsafeSlow(FILE_BYTES));
  await readWhole(file, content.bytes);
  using key = new SecretBytes(content.bytes.subarray(0, KEY_BYTES));
  if (!timingSafeEqual(check(id, key.bytes), content.bytes.subarray(KEY_BYTES))) {
    throw damaged(path, `does not hold root ${id}`);
  }
  return secretKey(key);
}

/** Overwrites all of a root's file in place, durably. */
export async function overwriteRootFile(path: string): Promise<void> {
  await using file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  const { size } = await file.stat();
  await file.writeFile(randomFillSync(Buffer.allocUnsafeSlow(size)));
  await file.sync();
}

/** Refuses (`slot_permissions`) what other users of the machine could read or change. */
export function assertPrivate(path: string, stats: Stats): void {
  if ((stats.mode & OTHERS) === 0) return;
  const mode = (stats.mode & 0o777).toString(8);
  throw new ErasableError('slot_permissions', `${path} has mode ${mode}: nobody but its owner may use it`);
}

/** A hash beside the key tells a whole root from torn, overwritten or misnamed bytes, and gives nothing away. */
function check(id: RootId, key: Uint8Array): Buffer {
  return createHash('sha256').update(`seedlot root v1 ${id} `).update(key).digest();
}

async function readWhole(file: FileHandle, into: Uint8Array): Promise<void> {
  for (let at = 0; at < into.byteLength; ) {
    const { bytesRead } = await file.read(into, at, into.byteLength - at, at);
    if (bytesRead === 0) throw new Error(`the file ended after ${at} of ${into.byteLength} bytes`);
    at += bytesRead;
  }
}

function damaged(path: string, fault: string): ErasableError {
  return new ErasableError('root_damaged', `${path} ${fault}`);
}
