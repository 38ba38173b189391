import { createHash } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { enums, readKey, UserIDPacket } from 'openpgp';
import { OpenPgpError } from './errors.ts';
import { generatePair, publicKeyBody } from './p256.ts';
import { packet, tag } from './packet.ts';
import { Signer } from './signer.ts';

/** A new signing key of the vendor. */
export interface SigningKey {
  /** The armored public key, for everyone who checks files. */
  readonly publicKey: string;
  /** 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** The private scalar of P-256, 32 bytes: seal it, then wipe it. */
  readonly secret: SecretBytes;
}

/**
 * Makes a version 4 key of NIST P-256 that signs and cannot decrypt, without an end. `name` and `email` make its user
 * id, `date` its time of creation.
 * @throws OpenPgpError signer_name_invalid
 */
export async function createSigningKey(owner: {
  name: string;
  email?: string;
  date: Date;
}): Promise<SigningKey> {
  const userId = userIdOf(owner);
  const { point, scalar } = generatePair();
  const secret = new SecretBytes(scalar);
  try {
    const body = publicKeyBody(point, owner.date);
    using signer = await Signer.open(body, secret.bytes);
    const binding = await certify(signer, body, userId, owner.date);
    const packets = Buffer.concat([packet(tag.publicKey, body), packet(tag.userId, userId), binding]);
    const key = await readKey({ binaryKey: packets });
    return { publicKey: key.armor(), fingerprint: signer.fingerprint, secret };
  } catch (fault) {
    secret.wipe();
    throw fault;
  }
}

/**
 * Opens a signing key for one step: `publicKey` as armored by `createSigningKey`, `secret` its 32 bytes, which are
 * copied and stay the caller's to wipe.
 * @throws OpenPgpError signing_key_invalid
 */
export async function openSigningKey(publicKey: string, secret: Uint8Array): Promise<Signer> {
  const { keyPacket } = await readKey({ armoredKey: publicKey }).catch(cause => {
    throw new OpenPgpError(
      'signing_key_invalid',
      'The public half of the signing key cannot be read. Restore it from a backup.',
      { cause },
    );
  });
  return Signer.open(keyPacket.write(), secret);
}

/** The self-signature that binds the user id: certifies and signs (RFC 9580 §5.2.4, §5.2.3.29). */
function certify(signer: Signer, body: Uint8Array, userId: Uint8Array, date: Date): Promise<Buffer> {
  const content = createHash('sha256')
    .update(prefixed(0x99, 2, body))
    .update(prefixed(0xb4, 4, userId));
  return signer.sign(content, date, {
    signatureType: enums.signature.certPositive,
    keyFlags: Uint8Array.of(enums.keyFlags.certifyKeys | enums.keyFlags.signData),
    isPrimaryUserID: true,
  });
}

function prefixed(octet: number, lengthOctets: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(1 + lengthOctets);
  head.writeUInt8(octet);
  head.writeUIntBE(body.length, 1, lengthOctets);
  return Buffer.concat([head, body]);
}

function userIdOf({ name, email }: { name: string; email?: string }): Uint8Array {
  try {
    if (!/^[^\p{Cc}<>()]{1,200}$/u.test(name)) throw new RangeError('the name');
    return UserIDPacket.fromObject(email === undefined ? { name } : { name, email }).write();
  } catch (cause) {
    throw new OpenPgpError(
      'signer_name_invalid',
      'The signing key needs a name of 1 to 200 characters without <>() and, if any, a valid email address.',
      { cause },
    );
  }
}
