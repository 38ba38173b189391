import { enums, type PublicKey, type Subkey } from 'openpgp';
import { strict } from './key-policy.ts';
import { findCurrentKey, type PinnedKey, signingPart } from './pinned-key.ts';
import { readSignatureBlock } from './signature-block.ts';
import { expired, inFuture, olderThanKey, wrong } from './signature-faults.ts';
import { type DocumentSignature, readSignaturePacket } from './signature-packet.ts';

export interface SignatureQuestion {
  /** Attacker-controlled: one detached signature, armored or binary, of at most 16 KiB. */
  readonly signature: Uint8Array;
  /** The signer's pinned keys, one of them current. */
  readonly keys: readonly PinnedKey[];
  readonly now: Date;
}

/** How far ahead of ours the clock of a signer may be: a machine that is some minutes off forges nothing. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Who signed. */
export interface Signed {
  /** Of the pinned key, whichever part of it signed: 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** The date that the signer gave. */
  readonly made: Date;
}

/** A signature that waits for its bytes, attacker-controlled and of any length; none of them is kept. */
export interface DetachedCheck {
  /** Hashes the next bytes before it returns. */
  update(chunk: Uint8Array): void;
  /** After the last of them. Until it resolves nothing is known of who sent the bytes. Throws OpenPgpError signature_wrong. */
  verdict(): Promise<Signed>;
}

/**
 * Judges all of a signature that can be judged before its bytes: what it is, by whose key, and when. openpgp.js would
 * hold those bytes; here they may flow on somewhere else while they are hashed.
 *
 * The part of the key that signed must be good at `now`, which is not before the signature was made: then it was not
 * expired on that day either, and whoever revoked it since has said that its signatures are not to be trusted.
 * @throws OpenPgpError one of the signature_* codes, or for the pinned key one of the pgp_key_* codes
 */
export async function openDetached({ signature, keys, now }: SignatureQuestion): Promise<DetachedCheck> {
  const read = readSignaturePacket(await readSignatureBlock(signature));
  const issuer = read.packet.issuerKeyID;
  const key = await findCurrentKey(keys, issuer);
  const part = await signingPart(key, issuer, now);
  assertDates(read, part, now);
  let verdict: Promise<Signed> | undefined;
  return {
    update: chunk => void read.content.update(chunk),
    verdict: () => (verdict ??= judge(read, { key, part, now })),
  };
}

/** The same for a whole `source`, whose chunks may share one place. Throws as `openDetached` and its verdict do. */
export async function verifyDetached(
  question: SignatureQuestion,
  source: AsyncIterable<Uint8Array>,
): Promise<Signed> {
  const check = await openDetached(question);
  for await (const chunk of source) check.update(chunk);
  return check.verdict();
}

function assertDates({ packet, made }: DocumentSignature, part: PublicKey | Subkey, now: Date): void {
  if (made.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) throw inFuture(made);
  if (made < part.getCreationTime()) throw olderThanKey(made, part.getCreationTime());
  const end = packet.getExpirationTime();
  if (end instanceof Date && end <= now) throw expired(end);
}

async function judge(
  { packet, made }: DocumentSignature,
  { key, part, now }: { key: PublicKey; part: PublicKey | Subkey; now: Date },
): Promise<Signed> {
  try {
    // A signer's clock that is ahead was judged before: here it is as late as it says.
    const at = made > now ? made : now;
    // The bytes have gone into the packet's own hash, so that it is given none.
    await packet.verify(part.keyPacket, enums.signature.binary, {}, at, true, strict);
  } catch (cause) {
    throw wrong(cause);
  }
  return { fingerprint: key.getFingerprint().toUpperCase(), made };
}
