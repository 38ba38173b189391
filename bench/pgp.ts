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
import { inAlternation, spread, type Table } from './rounds.ts';

const ROWS = 1_000_000;
const ROW = '1000000000001,3132333435363738393031323334353637383930\r\n';
const MEGABYTES = (ROWS * ROW.length) / 1e6;

/** Bytes of one read, of the writer's source as of gpg. */
const PIECE = 65_536;

const RECIPIENTS = { 'RSA-3072': ['rsa3072', 'rsa3072'], Curve25519: ['ed25519', 'cv25519'] } as const;

/** The writer alone against gpg: both read the same file from the page cache, and drop what they write. */
export async function run(): Promise<Table> {
  await using gpg = await Gpg.create();
  const file = join(gpg.folder, 'lot.csv');
  writeFileSync(file, ROW.repeat(ROWS));
  await gpg.makeKey('Vendor', 'nistp256');
  const rows: Table['rows'] = [];
  for (const [name, [key, subkey]] of Object.entries(RECIPIENTS)) {
    const recipient = await gpg.makeKey(name, key, subkey);
    rows.push([name, ...(await compare(gpg, file, recipient))]);
  }
  return {
    title: `Encrypting and signing ${ROWS.toLocaleString('en')} rows (${Math.round(MEGABYTES)} MB)`,
    columns: ['recipient', 'writer ms', 'gpg ms', 'writer MB/s', 'gpg MB/s', 'writer / gpg'],
    rows,
  };
}

async function compare(gpg: Gpg, file: string, fingerprint: string): Promise<number[]> {
  const text = await gpg.publicKey(fingerprint);
  const { armored } = await readRecipientKey(text, { mustSign: true, now: new Date() });
  using signer = await newSigner();
  const results = await inAlternation({
    writer: () => milliseconds(() => write(file, armored, signer)),
    gpg: () => milliseconds(() => gpg.seal(file, 'Vendor', fingerprint)),
  });
  return figures(results.get('writer') ?? [], results.get('gpg') ?? []);
}

/** Medians; that of the ratio is over the rounds. */
function figures(writer: readonly number[], rival: readonly number[]): number[] {
  const [ours, theirs] = [spread(writer).median, spread(rival).median];
  const { median: ratio } = spread(writer.map((time, round) => time / (rival[round] ?? Number.NaN)));
  const rates = [ours, theirs].map(time => (MEGABYTES / time) * 1000);
  return [...[ours, theirs, ...rates].map(Math.round), Number(ratio.toFixed(2))];
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

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`);
