import { createHash, createHmac, randomUUID } from 'node:crypto';
import { randomKeys, sealFile } from '@seedlot/erasable';
import { beginReport, commitReport, lockRing, recordReceipt } from '@seedlot/ledger';
import { createMessage, type PrivateKey, sign } from 'openpgp';
import { fetchDelivery } from './factory.ts';
import type { Workers } from './workers.ts';
import type { World } from './world.ts';

const FACTORY = 'factory:acme';

/** The factory fetches and decrypts the file of a dispatched lot, and says so; what it found, by printed serial. */
export async function receive(world: World, lot: string): Promise<[string, Buffer][]> {
  const { receipt, seeds } = await fetchDelivery(world, lot);
  await world.database.pool.query('update files set first_downloaded_at = now() where lot_id = $1', [lot]);
  await world.ledger.commit(FACTORY, effect => recordReceipt(effect, lot, receipt));
  return [...seeds].map(([serial, seed]) => [String(serial).padStart(13, '0'), Buffer.from(seed, 'hex')]);
}

/** What a token of the world's product shows at `time`: RFC 6238, 6 digits of SHA-1 in steps of 30 seconds. */
export function otpOf(seed: Uint8Array, time: number): string {
  return hotpOf(seed, Math.floor(time / 30));
}

/** What a token with a counter shows at its press number `counter`: RFC 4226, 6 digits of SHA-1. */
export function hotpOf(seed: Uint8Array, counter: number): string {
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', seed).update(moment).digest();
  const code = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, '0');
}

export async function signDetached(key: PrivateKey, csv: Uint8Array): Promise<Uint8Array> {
  const message = await createMessage({ binary: csv });
  return sign({ message, signingKeys: key, detached: true, format: 'binary' });
}

/** Stores a part as the door does, with the rights of its role; its signature is not looked at. */
export async function sendPart(
  world: World,
  { api, tracker: { filesRing } }: Workers,
  lot: string,
  text: string,
  key = world.factoryKey,
): Promise<string> {
  const csv = Buffer.from(text);
  const signature = await signDetached(key, csv);
  const attempt = await api.commit(FACTORY, effect => beginReport(effect, { lot, holder: 'test' }));
  const [fileKey, keyId] = [randomKeys.draw(), randomUUID()];
  await world.objects.put(attempt.objectName, sealFile(fileKey, attempt.id, pieces(csv)));
  const uploaded = {
    lot,
    attempt,
    keyId,
    size: csv.length,
    csvSha256: createHash('sha256').update(csv).digest(),
    signature,
    signer: key.getFingerprint().toUpperCase(),
  };
  const { report } = await api.commit(FACTORY, async effect => {
    const ring = await lockRing(effect, 'files', 'shared');
    const committed = await commitReport(effect, uploaded);
    if (committed.isNew) await filesRing.addKey(ring, { id: keyId, kind: 'file', key: fileKey });
    return committed;
  });
  return report;
}

async function* pieces(csv: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < csv.length; at += 50_000) yield csv.subarray(at, at + 50_000);
}
