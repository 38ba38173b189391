import { createHash } from 'node:crypto';
import type { FileAttempt } from './attempts.ts';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';
import type { Lease } from './leases.ts';
import type { RecordFields } from './record-types.ts';

/** An OpenPGP message that stands complete in the object store, its key in the files ring of this same transaction. */
export interface StoredMessage {
  readonly attempt: FileAttempt;
  readonly lease: Lease;
  readonly keyId: string;
  /** Bytes of the OpenPGP message. */
  readonly size: number;
  readonly messageSha256: Buffer;
  /** SHA-256 of the plaintext: hashed once more before it is stored. */
  readonly plaintextSha256: Buffer;
  readonly recipient: string;
  readonly signer: string;
}

type Made = Pick<RecordFields<'file.made'>, 'lot' | 'delivery' | 'kind' | 'format' | 'quantity' | 'version'>;

/** Gives a stored message the next number of a file, and records it; resolves to the columns of its row that say so. */
export async function recordMade(effect: Effect, message: StoredMessage, made: Made) {
  const file = printId('file', await nextNumber(effect, 'file_numbers'));
  const { attempt, size, messageSha256, recipient, signer } = message;
  const seq = await effect.record('file.made', {
    file,
    ...made,
    size,
    messageSha256: messageSha256.toString('hex'),
    recipient,
    signer,
  });
  return {
    id: file,
    kind: made.kind,
    version: made.version,
    quantity: made.quantity,
    attempt_id: attempt.id,
    key_id: message.keyId,
    object_name: attempt.objectName,
    size: BigInt(size),
    message_sha256: messageSha256,
    receipt_hash: createHash('sha256').update(message.plaintextSha256).digest(),
    recipient_fingerprint: recipient,
    signer_fingerprint: signer,
    record_seq: seq,
  };
}
