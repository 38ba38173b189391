import { createHash, randomUUID } from 'node:crypto';
import { openAttempt } from './attempts.ts';
import type { Effect } from './effect.ts';
import { commitFactoryFile, type MadeFile } from './factory-files.ts';
import { beginGeneration, claimRun, sealLot, storeRun } from './generation.ts';
import { grantLease } from './leases.ts';
import { lockLot } from './lots.ts';
import { placeOrder } from './orders.ts';
import type { TestLedger } from './testing.ts';

const SIGNER = 'B'.repeat(40);

/** What the factory would hash: the receipt of every lot of these tests is its SHA-256. */
export const PLAINTEXT = Buffer.from('serial,seed\n');
export const RECEIPT = createHash('sha256').update(PLAINTEXT).digest();

export interface TestLot {
  readonly order: string;
  readonly lot: string;
}

export async function orderedLot({ ledger }: TestLedger, ops: string, quantity = 10): Promise<TestLot> {
  const request = { product: 'ex-totp-1', quantity, factory: 'acme', nonProduction: false };
  return ledger.commit(ops, effect => placeOrder(effect, request));
}

/** The steps of the ledger without a secret: keys and pages are made up. */
export async function sealedLot(world: TestLedger, ops: string): Promise<TestLot> {
  const ordered = await orderedLot(world, ops);
  await world.ledger.commit(ops, async effect => {
    const keys = { frontierKey: randomUUID(), pageKey: randomUUID(), frontier: Buffer.from('a frontier') };
    await beginGeneration(effect, await lockLot(effect, ordered.lot), keys);
    const run = await claimRun(effect, ordered.lot, 'test');
    if (run !== null) await storeRun(effect, run, [Buffer.from('a page')]);
    await sealLot(effect, ordered.lot);
  });
  return ordered;
}

/** An open attempt with its lease, and the file that it would make. */
export async function openWork({ ledger }: TestLedger, ops: string, lot: string): Promise<MadeFile> {
  return ledger.commit(ops, async effect => {
    await ensureVendorKey(effect);
    return {
      lot,
      attempt: await openAttempt(effect, await lockLot(effect, lot), 'test'),
      lease: await grantLease(effect, { ring: 'seeds', lots: [lot], epoch: 1, holder: 'test' }),
      keyId: randomUUID(),
      size: 1000,
      messageSha256: createHash('sha256').update(lot).digest(),
      plaintextSha256: RECEIPT,
      recipient: 'A'.repeat(40),
      signer: SIGNER,
      frontierVersion: 0,
    };
  });
}

export async function dispatchedLot(world: TestLedger, ops: string): Promise<TestLot & { file: string }> {
  const sealed = await sealedLot(world, ops);
  const made = await openWork(world, ops, sealed.lot);
  const { file } = await world.ledger.commit(ops, effect => commitFactoryFile(effect, made));
  return { ...sealed, file };
}

async function ensureVendorKey(effect: Effect): Promise<void> {
  await effect.sql
    .insertInto('vendor_keys')
    .values({ fingerprint: SIGNER, public_key: 'a public key' })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}
