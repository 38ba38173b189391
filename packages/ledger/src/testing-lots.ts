import { createHash, randomUUID } from 'node:crypto';
import { pageCount, printSerial } from '@seedlot/domain';
import { openAttempt } from './attempts.ts';
import type { Effect } from './effect.ts';
import { commitFactoryFile, type MadeFile } from './factory-files.ts';
import { beginGeneration, claimRun, sealLot, storeRun } from './generation.ts';
import { grantLease } from './leases.ts';
import { lockLot, serialsOfLot } from './lots.ts';
import { placeOrder } from './orders.ts';
import { readDispatchOrder } from './sealed-lot.ts';
import { moveSerials, type Serials } from './serial-states.ts';
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
export async function sealedLot(world: TestLedger, ops: string, quantity = 10): Promise<TestLot> {
  const ordered = await orderedLot(world, ops, quantity);
  await world.ledger.commit(ops, async effect => {
    const keys = { frontierKey: randomUUID(), pageKey: randomUUID(), frontier: Buffer.from('a frontier') };
    await beginGeneration(effect, await lockLot(effect, ordered.lot), keys);
    const run = await claimRun(effect, ordered.lot, 'test');
    const pages = Array.from({ length: pageCount(quantity) }, () => Buffer.from('a page'));
    if (run !== null) await storeRun(effect, run, pages);
    await sealLot(effect, ordered.lot);
  });
  return ordered;
}

/** An open attempt with its lease, and the file that it would make. */
export async function openWork({ ledger }: TestLedger, ops: string, lot: string): Promise<MadeFile> {
  return ledger.commit(ops, async effect => {
    await ensureVendorKey(effect);
    const { request } = await readDispatchOrder(effect, lot);
    return {
      lot,
      request,
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

export async function dispatchedLot(
  world: TestLedger,
  ops: string,
  quantity = 10,
): Promise<TestLot & { file: string }> {
  const sealed = await sealedLot(world, ops, quantity);
  const made = await openWork(world, ops, sealed.lot);
  const { file } = await world.ledger.commit(ops, effect => commitFactoryFile(effect, made));
  return { ...sealed, file };
}

/** A lot of which every serial is burned, as its accepted report would leave it; `serial` prints its n-th one. */
export async function burnedLot(
  world: TestLedger,
  ops: string,
  quantity = 10,
): Promise<TestLot & { serial: (n: number) => string; serials: Serials }> {
  const { order, lot } = await dispatchedLot(world, ops, quantity);
  const serials = await world.ledger.commit(ops, async effect => {
    const all = serialsOfLot(await lockLot(effect, lot));
    await moveSerials(effect, all, { axis: 'custody', to: 'burned' });
    await effect.sql.updateTable('lots').set({ state: 'produced' }).where('id', '=', lot).execute();
    return all;
  });
  const first = serials.ranges[0]?.first ?? 0n;
  return { order, lot, serials, serial: n => printSerial(serials.space, first + BigInt(n)) };
}

async function ensureVendorKey(effect: Effect): Promise<void> {
  await effect.sql
    .insertInto('vendor_keys')
    .values({ fingerprint: SIGNER, public_key: 'a public key' })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}
