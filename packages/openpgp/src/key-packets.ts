import { OpenPgpError } from './errors.ts';
import { assertWithin } from './key-limits.ts';
import { tag } from './packet.ts';
import { readPackets, type WholePacket } from './packet-reader.ts';

/**
 * Refuses attacker-controlled bytes that are not exactly one public key of version 4. It reads headers only:
 * openpgp.js would take the first of several keys in silence and skip what it does not know.
 * @throws OpenPgpError pgp_key_malformed, pgp_key_too_large, pgp_key_secret, pgp_key_several, pgp_key_missing, pgp_key_unsupported
 */
export function assertOnePublicKey(bytes: Uint8Array): void {
  const packets = read(bytes);
  assertWithin('packets', packets.length);
  if (packets.some(({ type }) => type === tag.secretKey || type === tag.secretSubkey))
    throw secretKeyRefused();
  const primaries = packets.filter(({ type }) => type === tag.publicKey);
  if (primaries.length > 1) throw severalKeysRefused(primaries.length);
  const [first] = packets;
  if (first?.type !== tag.publicKey) {
    throw new OpenPgpError(
      'pgp_key_missing',
      'There is no public key in it. Send the output of `gpg --armor --export`.',
    );
  }
  assertVersion(first.body[0]);
}

export function secretKeyRefused(): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_secret',
    'This holds a secret key, which nobody else may have: take it as exposed. Make a new key and send its public half (`gpg --armor --export`).',
  );
}

export function severalKeysRefused(count: number): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_several',
    `This holds ${count} keys or blocks, so it is unclear which one is meant. Send exactly one (\`gpg --armor --export FINGERPRINT\`).`,
  );
}

/** LibrePGP's version 5 and RFC 9580's version 6 are read by few tools, version 3 is broken. */
function assertVersion(version: number | undefined): void {
  if (version === 4) return;
  throw new OpenPgpError(
    'pgp_key_unsupported',
    `This is a key of version ${version ?? 'none'}; only version 4 is supported. Make one with \`gpg --quick-generate-key NAME rsa4096\` or the like.`,
  );
}

function read(bytes: Uint8Array): WholePacket[] {
  try {
    return [...readPackets(bytes)];
  } catch (cause) {
    throw truncated(cause);
  }
}

function truncated(cause: unknown): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_malformed',
    'This is not a whole OpenPGP key: it is cut off or damaged. Export it again and send it as a file.',
    { cause },
  );
}
