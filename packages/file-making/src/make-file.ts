import { type KeyObject, randomUUID } from 'node:crypto';
import { type Keyring, type KeySource, sealFile } from '@seedlot/erasable';
import {
  type Effect,
  type FileAttempt,
  holdLease,
  type Lease,
  type Ledger,
  lockRing,
  releaseLease,
  renewAttempt,
  type StoredMessage,
} from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { encryptAndSign, recheckKey } from '@seedlot/openpgp';
import { FileMakingError } from './errors.ts';
import { measure } from './measured.ts';
import { openSigner } from './signer.ts';
import { abandon } from './sweep.ts';

export interface FileParts {
  readonly ledger: Ledger;
  readonly seedsRing: Keyring;
  readonly filesRing: Keyring;
  readonly objects: ObjectStore;
  readonly keys: KeySource;
  /** Names this process in attempts and leases. */
  readonly holder: string;
}

/** A file that is to be made: what sets the files of one stage apart from those of another. */
export interface NewFile {
  readonly actor: string;
  /**
   * Opens the attempt and takes the lease, in a transaction that holds the seeds ring's lock shared; `epoch` is the
   * ring's. Throws `lot_not_due` when no such file is wanted, or another worker makes it.
   */
  begin(effect: Effect, epoch: number): Promise<{ readonly attempt: FileAttempt; readonly lease: Lease }>;
  /** What to write, and for whom. What it opens for that goes into `opened`, which is disposed once it is stored. */
  content(opened: DisposableStack): Promise<FileContent>;
}

export interface FileContent {
  /** Armored, as it was pinned. */
  readonly recipientKey: string;
  /** 40 upper-case hex digits, as it was pinned. */
  readonly recipientFingerprint: string;
  /** What the recipient sees as the name of the plaintext. */
  readonly fileName: string;
  /** Chunks are secret; each is used up before the next is pulled. */
  readonly plaintext: AsyncIterable<Uint8Array>;
  /**
   * Makes the stored file available, in the transaction that has just put its key into the files ring. The locks of the
   * seeds ring and then of the files ring are held shared: between its check of the frontier and the commit no shred can pass.
   */
  commit(effect: Effect, stored: StoredMessage): Promise<unknown>;
}

interface Work {
  readonly attempt: FileAttempt;
  readonly lease: Lease;
  /** When it was begun, by the database's clock, which dates the signing key too. */
  readonly begunAt: Date;
}

/** Makes a file: it exists completely, with its key in the files ring, or not at all. */
export async function makeFile(parts: FileParts, file: NewFile, signal: AbortSignal): Promise<void> {
  const { ledger } = parts;
  const { actor } = file;
  const work = await begin(parts, file);
  const alongside = (effect: Effect) => renewAttempt(effect, work.attempt);
  try {
    await holdLease({ ledger, actor, lease: work.lease, signal, alongside }, async held => {
      const key = parts.keys.draw();
      const made = await write(parts, { file, work, key }, held);
      await commit(parts, actor, { ...made, key }).finally(() => made.stored.plaintextSha256.fill(0));
    });
  } catch (cause) {
    await abandon(parts, actor, work.attempt).catch(leaveToSweep);
    throw cause;
  }
}

/** The attempt's row is committed before its upload begins, so that nothing uploaded is ever forgotten. */
async function begin({ ledger }: FileParts, file: NewFile): Promise<Work> {
  return ledger.commit(file.actor, async effect => {
    const { epoch } = await lockRing(effect, 'seeds', 'shared');
    return { ...(await file.begin(effect, epoch)), begunAt: effect.at };
  });
}

/** What was opened for it is wiped when this resolves: the commit gives the lease back. */
async function write(
  parts: FileParts,
  { file, work, key }: { file: NewFile; work: Work; key: KeyObject },
  signal: AbortSignal,
) {
  using opened = new DisposableStack();
  const content = await file.content(opened);
  return { content, stored: await store(parts, work, { content, key }, signal) };
}

/** Plaintext to OpenPGP to the file's own seal to the store, in constant memory. */
async function store(
  parts: FileParts,
  { attempt, lease, begunAt: date }: Work,
  { content, key }: { content: FileContent; key: KeyObject },
  signal: AbortSignal,
): Promise<Omit<StoredMessage, 'keyId'>> {
  await assertPinned(content, date);
  using signer = await openSigner(parts.ledger, parts.seedsRing);
  const message = encryptAndSign(
    { recipient: content.recipientKey, signer, fileName: content.fileName, date },
    content.plaintext,
  );
  const measured = measure(message.stream);
  try {
    await parts.objects.put(attempt.objectName, sealFile(key, attempt.id, measured.stream), { signal });
  } finally {
    // An aborted put does not wait for the pull under way: only its end has wiped what that pull holds.
    await measured.stream.return();
  }
  return {
    attempt,
    lease,
    size: measured.size(),
    messageSha256: measured.sha256(),
    plaintextSha256: message.plaintextDigest(),
    recipient: content.recipientFingerprint,
    signer: signer.fingerprint,
  };
}

/** What the record says of the recipient must be true of the key itself, and that key must still be good today. */
async function assertPinned({ recipientKey, recipientFingerprint }: FileContent, date: Date): Promise<void> {
  const { fingerprint } = await recheckKey(recipientKey, date);
  if (fingerprint === recipientFingerprint) return;
  throw new FileMakingError(
    'recipient_key_changed',
    `The recipient's key is ${fingerprint}, and ${recipientFingerprint} was pinned`,
  );
}

async function commit(
  { ledger, filesRing }: FileParts,
  actor: string,
  { content, key, stored }: { content: FileContent; key: KeyObject; stored: Omit<StoredMessage, 'keyId'> },
): Promise<void> {
  await ledger.commit(actor, async effect => {
    await lockRing(effect, 'seeds', 'shared');
    const files = await lockRing(effect, 'files', 'shared');
    const keyId = randomUUID();
    await filesRing.addKey(files, { id: keyId, kind: 'file', key });
    await content.commit(effect, { ...stored, keyId });
    await releaseLease(effect, stored.lease);
  });
}

/** What failed at first is the fault to tell; the sweep finds an attempt that could not be abandoned. */
function leaveToSweep(): void {}
