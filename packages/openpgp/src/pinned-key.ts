import type { KeyID, PublicKey, Subkey } from 'openpgp';
import { readKeyBlock } from './key-block.ts';
import { assertPrimaryKey, explainMissing } from './key-faults.ts';
import { assertAlgorithm, strict } from './key-policy.ts';
import { parseKey } from './recipient-key.ts';
import { keyReplaced, keyUnknown } from './signature-faults.ts';

/** A key of one owner, as `readRecipientKey` armored it. */
export interface PinnedKey {
  readonly armored: string;
  readonly state: 'current' | 'replaced';
}

/**
 * The current key of `keys` that has the part `issuer`, which an attacker-controlled signature names. Current ones come
 * first: a key whose end was moved has replaced an earlier form of itself.
 * @throws OpenPgpError signature_key_unknown, signature_key_replaced
 */
export async function findCurrentKey(keys: readonly PinnedKey[], issuer: KeyID): Promise<PublicKey> {
  const current = await findHolder(keys, 'current', issuer);
  if (current !== undefined) return current;
  const id = issuer.toHex().toUpperCase();
  throw (await findHolder(keys, 'replaced', issuer)) === undefined ? keyUnknown(id) : keyReplaced(id);
}

async function findHolder(
  keys: readonly PinnedKey[],
  state: PinnedKey['state'],
  issuer: KeyID,
): Promise<PublicKey | undefined> {
  for (const { armored } of keys.filter(key => key.state === state)) {
    const key = await parseKey(await readKeyBlock(armored));
    if ([key, ...key.subkeys].some(part => part.getKeyID().equals(issuer))) return key;
  }
  return undefined;
}

/**
 * The part `issuer` of `key`, which may sign at `now`.
 * @throws OpenPgpError pgp_key_expired, pgp_key_revoked, pgp_key_cannot_sign or another one of the pgp_key_* codes
 */
export async function signingPart(key: PublicKey, issuer: KeyID, now: Date): Promise<PublicKey | Subkey> {
  await assertPrimaryKey(key, now);
  const part = await key.getSigningKey(issuer, now, undefined, strict).catch(async cause => {
    const named = key.subkeys.filter(subkey => subkey.getKeyID().equals(issuer));
    throw await explainMissing('sign', named, now, cause);
  });
  assertAlgorithm(part.getAlgorithmInfo());
  return part;
}
