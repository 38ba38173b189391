import { OpenPgpError } from './errors.ts';
import { FileContent } from './file-content.ts';
import { integrityProtected } from './integrity-protected-data.ts';
import { checkRecipientKey } from './recipient-key.ts';
import { sealEnvelope } from './session-key.ts';
import { signedLiteral } from './signed-literal.ts';
import type { Signer } from './signer.ts';

/** A file to one recipient: a message has only one, since the keys of two may have no tool in common that reads both. */
export interface FileToSend {
  /** The armored public key, as `readRecipientKey` returned it; checked again for `date`. */
  readonly recipient: string;
  /** Must live until the stream has ended. */
  readonly signer: Signer;
  /** 1 to 255 bytes of UTF-8 without a path or control characters; the recipient sees it. */
  readonly fileName: string;
  /** Now: of the file, of the signature and of the check of the key. */
  readonly date: Date;
}

export interface EncryptedFile {
  /**
   * The binary message. Nothing happens before the first pull; each pull takes as much of the source as it needs. A
   * chunk may be overwritten at the next pull: use it or copy it before. A fault of the source comes out here, and
   * `return` returns the source; either way the plaintext is wiped. A pending pull must settle first, as with any
   * generator.
   */
  readonly stream: AsyncGenerator<Uint8Array, void, undefined>;
  /** SHA-256 of the content, once the stream has ended: 32 bytes, the caller's to wipe. Throws message_unfinished. */
  plaintextDigest(): Buffer;
  /** Bytes of the content, once the stream has ended. Throws message_unfinished. */
  plaintextLength(): number;
}

/**
 * Encrypts `source` to one recipient and signs it, while it streams. Chunks of `source` are secret: each is used up
 * before the next is pulled, so that the source may wipe or fill it again.
 * The stream throws OpenPgpError: a pgp_key_* code, file_name_invalid, signer_disposed or signing_key_in_future.
 */
export function encryptAndSign(file: FileToSend, source: AsyncIterable<Uint8Array>): EncryptedFile {
  const content = new FileContent();
  return {
    stream: writeMessage(file, source, content),
    plaintextDigest: () => content.whole().digest,
    plaintextLength: () => content.whole().length,
  };
}

async function* writeMessage(
  { recipient, signer, fileName, date }: FileToSend,
  source: AsyncIterable<Uint8Array>,
  content: FileContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  const name = nameOctets(fileName);
  const key = await checkRecipientKey(recipient, date);
  const envelope = await sealEnvelope(key, date);
  yield envelope.packet;
  const plaintext = signedLiteral({ signer, fileName: name, date }, source, content);
  yield* integrityProtected(envelope.encryption, plaintext);
}

/** `_CONSOLE` means "for your eyes only" to gpg (RFC 9580 §5.9). */
function nameOctets(fileName: string): Uint8Array {
  const octets = Buffer.from(fileName);
  if (/^[^\p{Cc}/\\]+$/u.test(fileName) && octets.length <= 255 && fileName !== '_CONSOLE') return octets;
  throw new OpenPgpError(
    'file_name_invalid',
    `A file name of ${octets.length} bytes cannot be used: it has 1 to 255 bytes, no slash and no control character.`,
  );
}
