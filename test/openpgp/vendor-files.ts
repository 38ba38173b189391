import { createSigningKey, encryptAndSign, openSigningKey } from '@seedlot/openpgp';

/** A vendor that writes files, for tools of others to read. */
export interface Vendor {
  readonly publicKey: string;
  readonly fingerprint: string;
  /** `content` cut at `sizes` in turn, encrypted to the armored key `recipient`. */
  write(recipient: string, content: Buffer, options?: WriteOptions): Promise<Buffer>;
}

export interface WriteOptions {
  readonly sizes?: readonly number[];
  readonly fileName?: string;
  readonly date?: Date;
}

export async function makeVendor(): Promise<Vendor> {
  const { publicKey, fingerprint, secret } = await createSigningKey({ name: 'Vendor', date: new Date() });
  const signer = await openSigningKey(publicKey, secret.bytes);
  return {
    publicKey,
    fingerprint,
    write: async (recipient, content, { sizes = [65_536], fileName = 'lot.csv', date = new Date() } = {}) => {
      const { stream } = encryptAndSign({ recipient, signer, fileName, date }, pieces(content, sizes));
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    },
  };
}

/** Every piece lies in the same place, as from a source that wipes what it has handed out. */
async function* pieces(content: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const place = Buffer.alloc(Math.max(...sizes));
  for (let offset = 0, turn = 0; offset < content.length; turn++) {
    const size = content.copy(place, 0, offset, offset + (sizes[turn % sizes.length] ?? 1));
    yield place.subarray(0, size);
    offset += size;
  }
}
