import { enums, type PublicKey, type SignaturePacket, type Subkey } from 'openpgp';
import { OpenPgpError } from './errors.ts';
import { anyHash, assertAlgorithm, strict } from './key-policy.ts';

export type Purpose = 'encrypt' | 'sign';

/** Throws if the primary key may not be used at `now`; its self-signatures are checked with it. */
export async function assertPrimaryKey(key: PublicKey, now: Date): Promise<void> {
  assertAlgorithm(key.getAlgorithmInfo());
  const part = partName(key);
  if (await key.isRevoked(undefined, undefined, now, anyHash)) throw revoked(part);
  if (key.getCreationTime() > now) throw inFuture(part, key.getCreationTime());
  const refusal = await refusalOf(key.verifyPrimaryKey(now, undefined, strict));
  if (refusal === undefined) return;
  const expires = await key.getExpirationTime(undefined, anyHash);
  if (expires instanceof Date && expires <= now) throw expired(part, expires);
  const signatures = key.users.flatMap(user => user.selfCertifications);
  throw await faultOf(part, signatures, now, refusal, key.verifyPrimaryKey(now, undefined, anyHash));
}

/** Why none of the subkeys in `subkeys` serves `purpose` at `now`: the fault of the newest one that was made for it. */
export async function explainMissing(
  purpose: Purpose,
  subkeys: readonly Subkey[],
  now: Date,
  cause: unknown,
): Promise<OpenPgpError> {
  const [newest] = subkeys
    .filter(subkey => subkey.bindingSignatures.some(binding => allows(binding, purpose)))
    .sort((a, b) => b.getCreationTime().getTime() - a.getCreationTime().getTime());
  return newest === undefined ? incapable(purpose) : subkeyFault(newest, now, cause);
}

async function subkeyFault(subkey: Subkey, now: Date, cause: unknown): Promise<OpenPgpError> {
  const part = partName(subkey);
  const algorithm = await refusalOf(Promise.try(() => assertAlgorithm(subkey.getAlgorithmInfo())));
  if (algorithm instanceof OpenPgpError) return algorithm;
  if (await isRevoked(subkey, now)) return revoked(part);
  if (subkey.getCreationTime() > now) return inFuture(part, subkey.getCreationTime());
  const expires = await subkey.getExpirationTime(now, anyHash);
  if (expires instanceof Date && expires <= now) return expired(part, expires);
  return faultOf(part, subkey.bindingSignatures, now, cause, subkey.verify(now, anyHash));
}

export function isRevoked(subkey: Subkey, now: Date): Promise<boolean> {
  // openpgp.js documents both as optional, its types do not; null asks about the subkey itself.
  const whole = null as unknown as never;
  return subkey.isRevoked(whole, whole, now, anyHash);
}

/** The fault of `signatures` that neither revocation nor expiry explains; `leniently` is the same check without hashes. */
async function faultOf(
  part: string,
  signatures: readonly SignaturePacket[],
  now: Date,
  cause: unknown,
  leniently: Promise<unknown>,
): Promise<OpenPgpError> {
  if ((await refusalOf(leniently)) === undefined) return weakHash(part, cause);
  const [made] = signatures.map(({ created }) => created ?? now).sort((a, b) => a.getTime() - b.getTime());
  if (made !== undefined && made > now) return inFuture(part, made);
  return malformed(part, cause);
}

async function refusalOf(check: Promise<unknown>): Promise<unknown> {
  try {
    await check;
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

function allows(binding: SignaturePacket, purpose: Purpose): boolean {
  const { encryptCommunication, encryptStorage, signData } = enums.keyFlags;
  const wanted = purpose === 'sign' ? signData : encryptCommunication | encryptStorage;
  return ((binding.keyFlags?.[0] ?? 0) & wanted) !== 0;
}

function partName(part: PublicKey | Subkey): string {
  const kind = 'mainKey' in part ? 'subkey' : 'key';
  return `${kind} ${part.getKeyID().toHex().toUpperCase()}`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function revoked(part: string): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_revoked',
    `The ${part} was revoked by its owner. Ask for the key that replaces it.`,
  );
}

function expired(part: string, at: Date): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_expired',
    `The ${part} expired on ${day(at)}. Extend it (\`gpg --quick-set-expire FINGERPRINT 2y\`, with '*' for its subkeys) and export it again, or send a new key.`,
  );
}

function inFuture(part: string, at: Date): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_in_future',
    `The ${part} is dated ${at.toISOString()}, which is still to come. Set the clock of the machine that made it right and make it again, or wait.`,
  );
}

function weakHash(part: string, cause: unknown): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_weak_hash',
    `The signature that holds the ${part} together uses a broken hash (SHA-1 or MD5), which others can forge. Let a current tool sign it anew (\`gpg --quick-set-expire\`) and export it again, or make a new key.`,
    { cause },
  );
}

function malformed(part: string, cause: unknown): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_malformed',
    `The ${part} does not carry a valid signature of its owner. Export the key again and send it as a file.`,
    { cause },
  );
}

function incapable(purpose: Purpose): OpenPgpError {
  return purpose === 'encrypt'
    ? new OpenPgpError(
        'pgp_key_cannot_encrypt',
        'Nothing can be encrypted to this key: it has no encryption subkey. Add one (`gpg --quick-add-key FINGERPRINT rsa4096 encrypt`) and export it again.',
      )
    : new OpenPgpError(
        'pgp_key_cannot_sign',
        'This key cannot sign, and a factory signs its reports: it has no signing subkey. Add one (`gpg --quick-add-key FINGERPRINT rsa4096 sign`) and export it again.',
      );
}
