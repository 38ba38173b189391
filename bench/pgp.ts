import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createSigningKey,
  encryptAndSign,
  openSigningKey,
  readRecipientKey,
  type Signer,
} from '@seedlot/openpgp';
import { Gpg } from './gpg.ts';
import { type Cell, inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';

const ROW = '1000000000001,3132333435363738393031323334353637383930\r\n';

/** Bytes of one read, of the writer's source as of gpg. */
const PIECE = 65_536;

const RECIPIENTS = { 'RSA-3072': ['rsa3072', 'rsa3072'], Curve25519: ['ed25519', 'cv25519'] } as const;

/** The writer alone against gpg: both read the same file from the page cache, and drop what they write. */
export async function run({ rounds, quantity }: Scale): Promise<Table> {
  await using gpg = await Gpg.create();
  const file = join(gpg.folder, 'lot.csv');
  writeFileSync(file, ROW.repeat(quantity));
  await gpg.makeKey('Vendor', 'nistp256');
  const rows: Cell[][] = [];
  for (const [name, [key, subkey]] of Object.entries(RECIPIENTS)) {
    const recipient = await gpg.makeKey(name, key, subkey);
    rows.push([name, ...(await compare(gpg, file, recipient, rounds))]);
  }
  const megabytes = Math.round((quantity * ROW.length) / 1e6);
  return {
    title: `Encrypting and signing ${quantity.toLocaleString('en')} rows (${megabytes} MB), the writer alone`,
    columns: ['recipient', 'writer ms', 'gpg ms', 'writer / gpg'],
    rows,
  };
}

async function compare(gpg: Gpg, file: string, fingerprint: string, rounds: number): Promise<Cell[]> {
  const text = await gpg.publicKey(fingerprint);
  const { armored } = await readRecipientKey(text, { mustSign: true, now: new Date() });
  using signer = await newSigner();
  const results = await inAlternation(
    {
      writer: () => milliseconds(() => write(file, armored, signer)),
      gpg: () => milliseconds(() => gpg.seal(file, 'Vendor', fingerprint)),
    },
    rounds,
  );
  const [writer, rival] = [results.get('writer'), results.get('gpg')];
  return [spread(writer), spread(rival), ratios(writer, rival)];
}

async function newSigner(): Promise<Signer> {
  const { publicKey, secret } = await createSigningKey({ name: 'Vendor', date: new Date() });
  using scalar = secret;
  return await openSigningKey(publicKey, scalar.bytes);
}

async function write(file: string, recipient: string, signer: Signer): Promise<void> {
  const to = { recipient, signer, fileName: 'lot.csv', date: new Date() };
  for await (const chunk of encryptAndSign(to, pieces(file)).stream) sink(chunk);
}

function sink(chunk: Uint8Array): void {
  if (chunk.length === 0) throw new RangeError('a chunk has no bytes');
}

async function* pieces(file: string): AsyncGenerator<Uint8Array> {
  const descriptor = openSync(file, 'r');
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  try {
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      yield buffer.subarray(0, read);
    }
  } finally {
    closeSync(descriptor);
  }
}
