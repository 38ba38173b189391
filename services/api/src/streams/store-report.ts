import { createHash, randomUUID } from 'node:crypto';
import { randomKeys, sealFile } from '@seedlot/erasable';
import {
  beginReport,
  type Caller,
  closeAttempt,
  commitReport,
  type FileAttempt,
  LEASE_SECONDS,
  lockRing,
  markDeleted,
  readFactoryKeys,
  renewAttempt,
} from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import { type DetachedCheck, openDetached } from '@seedlot/openpgp';
import type { Door } from '../door.ts';
import { ApiError } from '../errors.ts';

/** A part of a production report on its way in. */
export interface IncomingReport {
  readonly caller: Caller;
  readonly lot: string;
  /** Attacker-controlled, like `csv`. */
  readonly signature: Uint8Array;
  readonly csv: AsyncIterable<Uint8Array>;
  /** Bytes at most. */
  readonly limit: number;
}

/**
 * Seals a part into the object store under a key of its own, and verifies its signature meanwhile: of a part that is not
 * the factory's nothing is parsed, and nothing stays. Resolves to its id; the same bytes again have the id that they had.
 * Throws one of OpenPgpError's codes, `report_not_due`, `report_accepted`, `body_too_large`.
 */
export async function storeReport(door: Door, incoming: IncomingReport): Promise<string> {
  const { ledger, holder } = door;
  const { caller, lot, signature } = incoming;
  const keys = await readFactoryKeys(ledger, lot);
  const check = await openDetached({ signature, keys, now: new Date() });
  const attempt = await ledger.commit(caller.actor, effect => beginReport(effect, { lot, holder }));
  const kept = keepOpen(door, caller, attempt);
  try {
    const { report, isNew } = await store(door, incoming, attempt, check, kept.signal);
    if (!isNew) await abandon(door, caller, attempt).catch(leaveToSweep);
    return report;
  } catch (cause) {
    await abandon(door, caller, attempt).catch(leaveToSweep);
    throw cause instanceof ObjectStoreError && cause.cause instanceof ApiError ? cause.cause : cause;
  } finally {
    kept.end();
  }
}

/** Keeps a running upload from being swept; the signal aborts when it can be kept no longer, or the process ends. */
function keepOpen({ ledger, stopping }: Door, { actor }: Caller, attempt: FileAttempt) {
  const lost = new AbortController();
  const renew = () =>
    ledger.commit(actor, effect => renewAttempt(effect, attempt)).catch(cause => lost.abort(cause));
  const timer = setInterval(renew, (LEASE_SECONDS * 1000) / 3);
  return { signal: AbortSignal.any([stopping, lost.signal]), end: () => clearInterval(timer) };
}

async function store(
  { ledger, filesRing, objects }: Door,
  { caller, lot, signature, csv, limit }: IncomingReport,
  attempt: FileAttempt,
  check: DetachedCheck,
  signal: AbortSignal,
): Promise<{ report: string; isNew: boolean }> {
  const hash = createHash('sha256');
  let size = 0;
  async function* passing(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of csv) {
      size += chunk.length;
      if (size > limit)
        throw new ApiError('body_too_large', `A report has ${limit} bytes at most; send it in parts`);
      hash.update(chunk);
      check.update(chunk);
      yield chunk;
    }
  }
  const key = randomKeys.draw();
  await objects.put(attempt.objectName, sealFile(key, attempt.id, passing()), { signal });
  const { fingerprint: signer } = await check.verdict();
  const uploaded = {
    lot,
    attempt,
    size,
    csvSha256: hash.digest(),
    signature,
    signer,
    keyId: randomUUID(),
  };
  return ledger.commit(caller.actor, async effect => {
    const ring = await lockRing(effect, 'files', 'shared');
    const committed = await commitReport(effect, uploaded);
    if (committed.isNew) await filesRing.addKey(ring, { id: uploaded.keyId, kind: 'file', key });
    return committed;
  });
}

/** The row is closed first: from then on nobody can commit the part whose object goes. */
async function abandon({ ledger, objects }: Door, { actor }: Caller, attempt: FileAttempt): Promise<void> {
  if (!(await ledger.commit(actor, effect => closeAttempt(effect, attempt)))) return;
  await objects.delete(attempt.objectName);
  await ledger.commit(actor, effect => markDeleted(effect, attempt));
}

/** A sweep finds an attempt that could not be abandoned. */
function leaveToSweep(): void {}
