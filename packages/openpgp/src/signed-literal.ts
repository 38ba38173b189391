import { enums } from 'openpgp';
import type { FileContent } from './file-content.ts';
import { tag, tagOctet, timeOctets } from './packet.ts';
import { PartialBody } from './partial-body.ts';
import type { Signer } from './signer.ts';

/** The name and date of a file, and who signs it. */
export interface SignedFile {
  readonly signer: Signer;
  readonly fileName: Uint8Array;
  readonly date: Date;
}

/**
 * A signed file as it is before encryption: one-pass signature, literal data, signature (RFC 9580 §10.3). What it yields
 * is secret and valid until the next pull; the one buffer that held it is wiped at the end, however that comes.
 */
export async function* signedLiteral(
  { signer, fileName, date }: SignedFile,
  source: AsyncIterable<Uint8Array>,
  content: FileContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  using body = new PartialBody();
  yield signer.onePassSignature(date);
  yield Uint8Array.of(tagOctet(tag.literalData));
  yield* body.push(literalHeader(fileName, date));
  for await (const chunk of source) {
    content.add(chunk);
    yield* body.push(chunk);
  }
  yield body.end();
  yield await signer.sign(content.end(), date, { signatureType: enums.signature.binary });
}

/** RFC 9580 §5.9: binary, the file's name, its date. */
function literalHeader(fileName: Uint8Array, date: Date): Buffer {
  return Buffer.concat([Uint8Array.of(enums.literal.binary, fileName.length), fileName, timeOctets(date)]);
}
