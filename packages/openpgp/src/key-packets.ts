import { OpenPgpError } from './errors.ts';
import { assertWithin } from './key-limits.ts';
import { tag } from './packet.ts';

/** One packet as it lies in the bytes of a key. */
interface KeyPacket {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * Refuses attacker-controlled bytes that are not exactly one public key of version 4. It reads headers only:
 * openpgp.js would take the first of several keys in silence and skip what it does not know.
 * @throws OpenPgpError pgp_key_malformed, pgp_key_too_large, pgp_key_secret, pgp_key_several, pgp_key_missing, pgp_key_unsupported
 */
export function assertOnePublicKey(bytes: Uint8Array): void {
  const packets = [...readPackets(bytes)];
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

/** Both header formats of RFC 9580 §4.2; lengths are definite, as everything in a key must have (§4.2.1.4). */
function* readPackets(bytes: Uint8Array): Generator<KeyPacket> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset < bytes.length) {
    const first = view.getUint8(offset);
    const { start, length } = readHeader(view, offset, first);
    if (start + length > bytes.length) throw truncated();
    yield {
      type: first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f,
      body: bytes.subarray(start, start + length),
    };
    offset = start + length;
  }
}

function readHeader(view: DataView, offset: number, first: number): { start: number; length: number } {
  if ((first & 0x80) === 0) throw truncated();
  try {
    return first & 0x40 ? newLength(view, offset + 1) : oldLength(view, offset + 1, first & 0x03);
  } catch (cause) {
    throw truncated(cause);
  }
}

function newLength(view: DataView, at: number): { start: number; length: number } {
  const octet = view.getUint8(at);
  if (octet < 192) return { start: at + 1, length: octet };
  if (octet < 224) return { start: at + 2, length: ((octet - 192) << 8) + view.getUint8(at + 1) + 192 };
  if (octet === 255) return { start: at + 5, length: view.getUint32(at + 1) };
  throw new RangeError('a partial length');
}

function oldLength(view: DataView, at: number, kind: number): { start: number; length: number } {
  if (kind === 0) return { start: at + 1, length: view.getUint8(at) };
  if (kind === 1) return { start: at + 2, length: view.getUint16(at) };
  if (kind === 2) return { start: at + 4, length: view.getUint32(at) };
  throw new RangeError('an indeterminate length');
}

function truncated(cause?: unknown): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_malformed',
    'This is not a whole OpenPGP key: it is cut off or damaged. Export it again and send it as a file.',
    cause === undefined ? undefined : { cause },
  );
}
