import { createHash, type KeyObject, randomUUID } from 'node:crypto';
import { serviceActor } from '@seedlot/domain';
import { Frontier, type Keyring, type KeySource, keyOf, sealFile } from '@seedlot/erasable';
import {
  closeAttempt,
  commitFactoryFile,
  type DispatchOrder,
  type FileAttempt,
  grantLease,
  holdLease,
  type Lease,
  lockLot,
  lockRing,
  type MadeFile,
  openAttempt,
  readDispatchOrder,
  readKeyring,
  readPage,
  readSealedLot,
  readSegment,
  renewAttempt,
} from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { encryptAndSign, recheckKey } from '@seedlot/openpgp';
import { deleteLeftover } from '@seedlot/stage';
import { DispatcherError } from './errors.ts';
import { factoryPlaintext, type OpenedLot } from './plaintext.ts';
import { openSigner, type SigningParts } from './signing-key.ts';

export interface DispatchParts extends SigningParts {
  readonly filesRing: Keyring;
  readonly objects: ObjectStore;
  readonly keys: KeySource;
  /** Names this process in attempts and leases. */
  readonly holder: string;
}

interface Work {
  readonly attempt: FileAttempt;
  readonly lease: Lease;
  /** When it was opened, by the database's clock, which dates the signing key too. */
  readonly openedAt: Date;
}

type FileFacts = Omit<MadeFile, 'attempt' | 'lease' | 'keyId'>;

const dispatcher = serviceActor('factory-dispatcher');

/** Makes the factory file of a sealed lot: it exists completely, with its key in the files ring, or not at all. */
export async function dispatchLot(parts: DispatchParts, lotId: string, signal: AbortSignal): Promise<void> {
  const { ledger } = parts;
  const work = await openWork(parts, lotId);
  const alongside = {
    alongside: (effect: Parameters<typeof renewAttempt>[0]) => renewAttempt(effect, work.attempt),
  };
  try {
    await holdLease({ ledger, actor: dispatcher, lease: work.lease, signal, ...alongside }, async held => {
      const fileKey = parts.keys.draw();
      const facts = await storeFile(parts, work, fileKey, held);
      await commitFile(parts, work, fileKey, facts).finally(() => facts.plaintextSha256.fill(0));
    });
  } catch (cause) {
    await abandon(parts, work.attempt).catch(leaveToSweep);
    throw cause;
  }
}

/** The attempt's row is committed before its upload begins, so that nothing uploaded is ever forgotten. */
async function openWork({ ledger, holder }: DispatchParts, lotId: string): Promise<Work> {
  return ledger.commit(dispatcher, async effect => {
    const { epoch } = await lockRing(effect, 'seeds', 'shared');
    const attempt = await openAttempt(effect, await lockLot(effect, lotId), holder);
    const lease = await grantLease(effect, { ring: 'seeds', lot: lotId, epoch, holder });
    return { attempt, lease, openedAt: effect.at };
  });
}

/** Seeds to CSV to OpenPGP to the file's own seal to the store, in constant memory. */
async function storeFile(
  parts: DispatchParts,
  { attempt, openedAt: date }: Work,
  fileKey: KeyObject,
  signal: AbortSignal,
): Promise<FileFacts> {
  const lot = await openLot(parts, attempt.lot);
  using frontier = lot.frontier;
  await assertPinned(lot.order, date);
  using signer = await openSigner(parts);
  const message = encryptAndSign(
    { recipient: lot.order.recipientKey, signer, fileName: `${attempt.lot}.csv`, date },
    factoryPlaintext(lot),
  );
  const measured = measure(message.stream);
  try {
    await parts.objects.put(attempt.objectName, sealFile(fileKey, attempt.id, measured.stream), { signal });
  } finally {
    // An aborted put does not wait for the pull under way: only its end has wiped what that pull holds.
    await measured.stream.return();
  }
  return {
    size: measured.size(),
    messageSha256: measured.sha256(),
    plaintextSha256: message.plaintextDigest(),
    recipient: lot.order.recipientFingerprint,
    signer: signer.fingerprint,
    frontierVersion: frontier.version,
  };
}

/** What the record says of the recipient must be true of the key itself, and that key must still be good today. */
async function assertPinned(
  { recipientKey, recipientFingerprint }: DispatchOrder,
  date: Date,
): Promise<void> {
  const { fingerprint } = await recheckKey(recipientKey, date);
  if (fingerprint === recipientFingerprint) return;
  throw new DispatcherError(
    'recipient_key_changed',
    `The factory's key is ${fingerprint}, and ${recipientFingerprint} was pinned`,
  );
}

async function openLot({ ledger, seedsRing }: DispatchParts, lotId: string): Promise<OpenedLot> {
  const order = await readDispatchOrder(ledger, lotId);
  const { frontier, frontierVersion, frontierKey, pageKey } = await readSealedLot(ledger, lotId);
  const keys = await seedsRing.openKeys(readKeyring(ledger, 'seeds'), [frontierKey, pageKey]);
  return {
    order,
    frontier: Frontier.open(order.shape, frontierVersion, frontier, keyOf(keys, frontierKey)),
    pageKey: keyOf(keys, pageKey),
    loadPage: page => readPage(ledger, lotId, page),
    loadSegment: segment => readSegment(ledger, lotId, segment),
  };
}

/** The seeds ring's lock first, then that of the files ring: between the check of the frontier and the commit no shred can pass. */
async function commitFile(
  parts: DispatchParts,
  work: Work,
  fileKey: KeyObject,
  facts: FileFacts,
): Promise<void> {
  await parts.ledger.commit(dispatcher, async effect => {
    await lockRing(effect, 'seeds', 'shared');
    const files = await lockRing(effect, 'files', 'shared');
    const keyId = randomUUID();
    await parts.filesRing.addKey(files, { id: keyId, kind: 'file', key: fileKey });
    await commitFactoryFile(effect, { ...work, ...facts, keyId });
  });
}

/** The row is closed first: from then on nobody can commit the file whose object goes. */
async function abandon({ ledger, objects }: DispatchParts, attempt: FileAttempt): Promise<void> {
  const closed = await ledger.commit(dispatcher, effect => closeAttempt(effect, attempt));
  if (closed) await deleteLeftover({ ledger, objects, actor: dispatcher }, attempt);
}

/** What failed at first is the fault to tell; the sweep finds an attempt that could not be abandoned. */
function leaveToSweep(): void {}

function measure(source: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let size = 0;
  async function* stream(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { stream: stream(), size: () => size, sha256: () => hash.digest() };
}
