import { enums, type PublicKey, readKey, type Subkey } from 'openpgp';
import { OpenPgpError } from './errors.ts';
import { readKeyBlock } from './key-block.ts';
import { assertPrimaryKey, explainMissing, isRevoked, type Purpose } from './key-faults.ts';
import { assertWithin } from './key-limits.ts';
import { assertOnePublicKey } from './key-packets.ts';
import { assertAlgorithm, strict } from './key-policy.ts';

/** A key that files can be encrypted to, as it is pinned at intake. */
export interface RecipientKey {
  /** Of the primary key: 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** The public key, armored again without photographs, signatures of others and revoked subkeys. */
  readonly armored: string;
  /** When nothing can be encrypted to it any more: the earlier end of the key and of its encryption subkey; null: never. */
  readonly encryptionKeyExpires: Date | null;
}

/** The parsed key inside this package. */
export interface CheckedKey {
  /** Without its revoked subkeys. */
  readonly key: PublicKey;
  /** All of its subkeys. */
  readonly subkeys: readonly Subkey[];
  /** The part of it that files are encrypted to. */
  readonly encryption: PublicKey | Subkey;
}

/**
 * The gate at intake for a key that somebody sent: `text` is attacker-controlled, armored or binary.
 * @throws OpenPgpError one of the pgp_key_* codes; nothing but version 4 keys of algorithms that every tool reads pass
 */
export async function readRecipientKey(
  text: Uint8Array | string,
  { mustSign, now }: { mustSign: boolean; now: Date },
): Promise<RecipientKey> {
  const checked = await checkRecipientKey(text, now);
  if (mustSign) await partFor('sign', checked, now);
  return {
    fingerprint: checked.key.getFingerprint().toUpperCase(),
    armored: checked.key.armor(),
    encryptionKeyExpires: await expiry(checked, now),
  };
}

/** The gate on the day of use: `armored` passed the first one, and may have expired since. Throws as that does. */
export function recheckKey(armored: string, now: Date): Promise<RecipientKey> {
  return readRecipientKey(armored, { mustSign: false, now });
}

/** All checks but the one for signing; for the writer, which needs the parsed key. */
export async function checkRecipientKey(text: Uint8Array | string, now: Date): Promise<CheckedKey> {
  const packets = await readKeyBlock(text);
  assertOnePublicKey(packets);
  const key = await parseKey(packets);
  dropForeignParts(key);
  assertWithin('signatures of its own', key.toPacketList().filterByTag(enums.packet.signature).length);
  await assertPrimaryKey(key, now);
  const { subkeys } = key;
  key.subkeys = await unrevoked(subkeys, now);
  return { key, subkeys, encryption: await partFor('encrypt', { key, subkeys }, now) };
}

/** The key as it stands there, nothing of it checked. Throws pgp_key_malformed. */
export async function parseKey(packets: Uint8Array): Promise<PublicKey> {
  try {
    return await readKey({ binaryKey: packets, config: strict });
  } catch (cause) {
    throw new OpenPgpError(
      'pgp_key_malformed',
      'This key cannot be read: it is damaged, or of a kind that no common tool makes. Export it again, or make a new one.',
      { cause },
    );
  }
}

/** What others added (photographs too) is of no use here, costs time to check, and would be stored for ever. */
function dropForeignParts(key: PublicKey): void {
  key.users = key.users.filter(user => user.userID !== null);
  for (const user of key.users) user.otherCertifications = [];
}

async function unrevoked(subkeys: readonly Subkey[], now: Date): Promise<Subkey[]> {
  const kept: Subkey[] = [];
  for (const subkey of subkeys) if (!(await isRevoked(subkey, now))) kept.push(subkey);
  return kept;
}

/** openpgp.js chooses the newest part that is valid at `now`; if there is none, all subkeys explain why. */
async function partFor(
  purpose: Purpose,
  { key, subkeys }: Pick<CheckedKey, 'key' | 'subkeys'>,
  now: Date,
): Promise<PublicKey | Subkey> {
  const part = await choose(purpose, key, now).catch(async cause => {
    throw await explainMissing(purpose, subkeys, now, cause);
  });
  assertAlgorithm(part.getAlgorithmInfo());
  return part;
}

function choose(purpose: Purpose, key: PublicKey, now: Date): Promise<PublicKey | Subkey> {
  return purpose === 'encrypt'
    ? key.getEncryptionKey(undefined, now, undefined, strict)
    : key.getSigningKey(undefined, now, undefined, strict);
}

async function expiry({ key, encryption }: CheckedKey, now: Date): Promise<Date | null> {
  const ends = [await key.getExpirationTime(undefined, strict)];
  if (encryption !== key) ends.push(await (encryption as Subkey).getExpirationTime(now, strict));
  const dates = ends.filter(end => end instanceof Date).sort((a, b) => a.getTime() - b.getTime());
  return dates[0] ?? null;
}
