import { createHash, type Hash } from 'node:crypto';
import { enums } from 'openpgp';
import { DigestSignature } from './digest-signature.ts';
import { malformed, overText, unsupported, weakHash } from './signature-faults.ts';

/** A version 4 signature over a binary document, and the running hash that it is about. */
export interface DocumentSignature {
  readonly packet: DigestSignature;
  readonly content: Hash;
  readonly made: Date;
}

/** Octets before the hashed subpackets: version, type, two algorithms, and the length of those (RFC 9580 §5.2.3). */
const HEAD = 6;

const { hash, publicKey, signature: type } = enums;
const hashes: ReadonlyMap<number | undefined, string> = new Map([
  [hash.sha256, 'sha256'],
  [hash.sha384, 'sha384'],
  [hash.sha512, 'sha512'],
]);
const weakHashes: ReadonlyMap<number | undefined, string> = new Map([
  [hash.md5, 'MD5'],
  [hash.sha1, 'SHA-1'],
  [hash.ripemd, 'RIPEMD-160'],
]);
const algorithms: ReadonlySet<number | undefined> = new Set([
  publicKey.rsaEncryptSign,
  publicKey.rsaSign,
  publicKey.ecdsa,
  publicKey.eddsaLegacy,
  publicKey.ed25519,
]);

/**
 * Reads `body`, attacker-controlled, of a signature packet. Its first octets are judged before openpgp.js sees it, which
 * tells neither a kind that it cannot check from damage, nor a text signature from a binary one until it is too late.
 * @throws OpenPgpError signature_malformed, signature_unsupported, signature_of_text, signature_weak_hash
 */
export function readSignaturePacket(body: Uint8Array): DocumentSignature {
  const content = createHash(hashOf(body));
  const packet = new DigestSignature(content);
  const made = parse(packet, body);
  assertHashedPart(packet, body);
  assertUnderstood(packet);
  return { packet, content, made };
}

function hashOf([version, kind, algorithm, hashId]: Uint8Array): string {
  if (version !== 4) throw unsupported(`it is of version ${version ?? 'none'}`);
  if (kind === type.text) throw overText();
  if (kind !== type.binary) throw unsupported(`it is of type ${kind ?? 'none'}, not over a document`);
  const weak = weakHashes.get(hashId);
  if (weak !== undefined) throw weakHash(weak);
  const name = hashes.get(hashId);
  if (name === undefined) throw unsupported(`it uses hash algorithm ${hashId ?? 'none'}`);
  if (!algorithms.has(algorithm)) throw unsupported(`it uses algorithm ${algorithm ?? 'none'}`);
  return name;
}

function parse(packet: DigestSignature, body: Uint8Array): Date {
  try {
    packet.read(body);
  } catch (cause) {
    throw malformed('its contents are damaged', cause);
  }
  if (packet.created === null || Number.isNaN(packet.created.getTime())) throw malformed('it has no date');
  return packet.created;
}

/** openpgp.js lets subpackets run over the end of the hashed part, and then hashes octets that were never signed. */
function assertHashedPart({ signatureData }: DigestSignature, body: Uint8Array): void {
  const length = new DataView(body.buffer, body.byteOffset).getUint16(4);
  if (signatureData?.length !== HEAD + length) throw malformed('its subpackets are damaged');
}

/** RFC 9580 §5.2.3.7: a signature with a critical part that is not understood is not valid. */
function assertUnderstood({ unknownSubpackets, rawNotations, revocationKeyClass }: DigestSignature): void {
  const subpacket = unknownSubpackets.find(({ critical }) => critical);
  if (subpacket !== undefined) throw unsupported(`it has a critical subpacket of type ${subpacket.type}`);
  if (rawNotations.some(({ critical }) => critical)) throw unsupported('it has a critical notation');
  if (revocationKeyClass !== null) throw unsupported('it names a revocation key');
}
