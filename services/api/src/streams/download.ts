import { once } from 'node:events';
import { addAbortSignal, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { openSealedFile, type SealedFileSource } from '@seedlot/erasable';
import {
  beginDownload,
  type Caller,
  grantLease,
  holdLease,
  type Lease,
  LedgerError,
  lockRing,
  readKeyring,
  type StoredFile,
} from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import type { Door } from '../door.ts';
import { type Exchange, openStream } from './open-stream.ts';
import type { Part } from './range.ts';

/** Milliseconds that one download may take: a lease is renewed no longer, and a client that stalls is let go. */
const DOWNLOAD_MS = 60 * 60_000;

/** Milliseconds that a download waits for a shred that is about to rotate the ring, and between two tries. */
const PATIENCE_MS = 3000;
const POLL_MS = 200;

/** One download: who fetches what. */
export interface Download {
  readonly caller: Caller;
  readonly file: StoredFile;
  readonly part: Part;
}

/**
 * The wanted part of a stored file, its first bytes opened. Throws `streams_exhausted`, `file_absent`,
 * `lease_refused`, `records_unpublished`: then nothing was recorded.
 */
export async function openDownload(door: Door, exchange: Exchange, download: Download): Promise<Readable> {
  const place = door.places.take(download.caller.actor);
  const opened = Promise.withResolvers<Readable>();
  const open = (stream: Readable) => opened.resolve(stream.once('close', () => place.leave()));
  const running = serve(door, exchange, download, open)
    .catch(opened.reject)
    .finally(() => {
      place.leave();
      door.downloads.delete(running);
    });
  door.downloads.add(running);
  return opened.promise;
}

/** From the lease to its return: the key lives no longer than the stream, and neither outlives the lease. */
async function serve(
  door: Door,
  exchange: Exchange,
  download: Download,
  open: (stream: Readable) => void,
): Promise<void> {
  const { caller, file, part } = download;
  const lease = await beginPatiently(door, download);
  const ending = AbortSignal.any([door.stopping, AbortSignal.timeout(DOWNLOAD_MS)]);
  const holding = { ledger: door.ledger, actor: caller.actor, lease, signal: ending };
  await holdLease(holding, async held => {
    const source = await storedObject(door, file);
    const key = await door.filesRing.openKey(readKeyring(door.ledger, 'files'), file.keyId);
    const stream = openStream(exchange, ending, () => openSealedFile(key, file.attempt, source, part));
    addAbortSignal(held, stream);
    await once(stream, 'readable');
    open(stream);
    await finished(stream).catch(() => undefined);
  });
}

/**
 * One commit: no lease without its record, and neither once a shred has begun. The lots are locked before the lease
 * names them, in the order in which everybody locks them.
 */
async function begin({ ledger, holder }: Door, { caller, file, part }: Download): Promise<Lease> {
  return ledger.commit(caller.actor, async effect => {
    const { epoch } = await lockRing(effect, 'files', 'shared');
    await beginDownload(effect, file, part.start);
    return grantLease(effect, { ring: 'files', lots: file.lots, epoch, holder });
  });
}

/**
 * The same as soon as no shred of the lots is about to rotate the ring, which mostly takes a moment: it may be of other
 * files, and nobody should be refused a good one for that.
 */
async function beginPatiently(door: Door, download: Download): Promise<Lease> {
  for (let tries = 0; tries < PATIENCE_MS / POLL_MS; tries++) {
    try {
      return await begin(door, download);
    } catch (cause) {
      if (!(cause instanceof LedgerError && cause.code === 'lease_refused')) throw cause;
      await pause(POLL_MS, undefined, { signal: door.stopping });
    }
  }
  return begin(door, download);
}

async function storedObject({ objects }: Door, { objectName }: StoredFile): Promise<SealedFileSource> {
  const size = await objects.size(objectName);
  if (size === null) throw new ObjectStoreError('object_absent', `there is no object ${objectName}`);
  return { size, read: range => objects.read(objectName, range) };
}
