import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { printSerial } from '@seedlot/domain';
import { randomKeys, sealFile } from '@seedlot/erasable';
import {
  beginExport,
  beginGeneration,
  claimRun,
  commitExport,
  commitFactoryFile,
  type Effect,
  grantLease,
  lockLot,
  lockRing,
  markPublished,
  moveSerials,
  numberRecords,
  openAttempt,
  placeOrder,
  readDispatchOrder,
  readExportOrder,
  readSealedLot,
  sealLot,
  storeRun,
} from '@seedlot/ledger';
import type { TestApi } from './test-api.ts';

/** A lot whose file is stored as the dispatcher would store it, its content made up. */
export interface DispatchedLot {
  readonly lot: string;
  readonly order: string;
  readonly file: string;
  /** What a download gives. */
  readonly message: Buffer;
  /** What its factory would find in it: its SHA-256 is the receipt. */
  readonly receipt: string;
}

const SIGNER = 'B'.repeat(40);
const RECIPIENT = 'A'.repeat(40);

export async function place(api: TestApi, factory = 'acme'): Promise<{ order: string; lot: string }> {
  return commit(api, effect =>
    placeOrder(effect, { product: 'ex-totp-1', quantity: 10, factory, nonProduction: false }),
  );
}

/** A lot of `factory` with a file of `size` bytes that may be downloaded, its records published. */
export async function dispatch(
  api: TestApi,
  { factory = 'acme', size = 1_000 } = {},
): Promise<DispatchedLot> {
  const { order, lot } = await place(api, factory);
  await generate(api, lot);
  const message = randomBytes(size);
  const plaintextSha256 = createHash('sha256').update(`the plaintext of ${lot}`).digest();
  const file = await store(api, lot, message, plaintextSha256);
  return { order, lot, file, message, receipt: plaintextSha256.toString('hex') };
}

/** A lot whose serials are all burned, as its accepted report would leave it. */
export async function burn(api: TestApi): Promise<DispatchedLot & { serial: (n: number) => string }> {
  const dispatched = await dispatch(api);
  const serials = await commit(api, async effect => {
    const { space, numbers } = await lockLot(effect, dispatched.lot);
    await moveSerials(effect, { space, ranges: [numbers] }, { axis: 'custody', to: 'burned' });
    return { space, numbers };
  });
  return { ...dispatched, serial: n => printSerial(serials.space, serials.numbers.first + BigInt(n)) };
}

/** An export of a delivery, stored as the exporter would store it, its content made up; its records published. */
export async function exportDelivery(
  api: TestApi,
  delivery: string,
  size = 1_000,
): Promise<Pick<DispatchedLot, 'file' | 'message' | 'receipt'>> {
  const message = randomBytes(size);
  const plaintextSha256 = createHash('sha256').update(`the plaintext of ${delivery}`).digest();
  const work = await commit(api, async effect => {
    const { epoch } = await lockRing(effect, 'files', 'shared');
    const order = await readExportOrder(effect, delivery);
    return { order, ...(await beginExport(effect, { delivery, epoch, holder: 'test' })) };
  });
  const [key, keyId] = [randomKeys.draw(), randomUUID()];
  await api.objects.put(work.attempt.objectName, sealFile(key, work.attempt.id, once(message)));
  const { file } = await commit(api, async effect => {
    const ring = await lockRing(effect, 'files', 'shared');
    await api.filesRing.addKey(ring, { id: keyId, kind: 'file', key });
    return commitExport(effect, {
      ...work,
      keyId,
      size,
      messageSha256: createHash('sha256').update(message).digest(),
      plaintextSha256,
      recipient: RECIPIENT,
      signer: SIGNER,
    });
  });
  await publish(api);
  return { file, message, receipt: plaintextSha256.toString('hex') };
}

/** Lets the notary's step happen: everything written so far is numbered and published. */
export async function publish(api: TestApi): Promise<void> {
  await commit(api, async effect => {
    await numberRecords(effect);
    await markPublished(effect, 1_000_000n);
  });
}

async function generate(api: TestApi, lot: string): Promise<void> {
  await commit(api, async effect => {
    const keys = { frontierKey: randomUUID(), pageKey: randomUUID(), frontier: Buffer.from('a frontier') };
    await beginGeneration(effect, await lockLot(effect, lot), keys);
    const run = await claimRun(effect, lot, 'test');
    if (run !== null) await storeRun(effect, run, [Buffer.from('a page')]);
    await sealLot(effect, lot);
  });
}

async function store(api: TestApi, lot: string, message: Buffer, plaintextSha256: Buffer): Promise<string> {
  const work = await commit(api, async effect => {
    const { epoch } = await lockRing(effect, 'files', 'shared');
    const lease = await grantLease(effect, { ring: 'seeds', lots: [lot], epoch, holder: 'test' });
    return { lease, attempt: await openAttempt(effect, await lockLot(effect, lot), 'test') };
  });
  const [key, keyId] = [randomKeys.draw(), randomUUID()];
  await api.objects.put(work.attempt.objectName, sealFile(key, work.attempt.id, once(message)));
  const { file } = await commit(api, async effect => {
    await ensureVendorKey(effect);
    const ring = await lockRing(effect, 'files', 'shared');
    await api.filesRing.addKey(ring, { id: keyId, kind: 'file', key });
    const { request, recipientFingerprint } = await readDispatchOrder(effect, lot);
    return commitFactoryFile(effect, {
      lot,
      request,
      ...work,
      keyId,
      size: message.length,
      messageSha256: createHash('sha256').update(message).digest(),
      plaintextSha256,
      recipient: recipientFingerprint,
      signer: SIGNER,
      frontierVersion: (await readSealedLot(effect, lot)).frontierVersion,
    });
  });
  await publish(api);
  return file;
}

async function ensureVendorKey(effect: Effect): Promise<void> {
  await effect.sql
    .insertInto('vendor_keys')
    .values({ fingerprint: SIGNER, public_key: 'a public key' })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

async function* once(message: Buffer): AsyncGenerator<Uint8Array> {
  yield message;
}

/** As any service: the steps of several follow each other here. */
function commit<T>(api: TestApi, work: (effect: Effect) => Promise<T>): Promise<T> {
  return api.ledger.commit('service:api', work);
}
