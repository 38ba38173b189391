import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Lifetime } from '@seedlot/service-kit';
import { Client } from './client.ts';
import { type FactoryDisk, openMessage } from './decrypt.ts';
import { makeFactoryKey } from './factory-key.ts';
import { awaitLot, type LotAnswer } from './lot.ts';
import type { Narration } from './narration.ts';
import type { OutFolder } from './out-folder.ts';
import { PRODUCT, SEED_LENGTH } from './product.ts';
import { showReceipts } from './receipts.ts';
import { showRefusals } from './refusals.ts';
import { takeCensus } from './seed-census.ts';
import { showShred } from './shred.ts';
import { startOwnStack } from './stage-set.ts';

export interface DemoSettings {
  readonly quantity: number;
  readonly folder: OutFolder;
  readonly narration: Narration;
}

/** Everybody who takes part, each with a token of their own. */
export interface Cast {
  readonly ops: Client;
  readonly factory: Client;
  readonly stranger: Client;
}

/** Of the product's pattern. */
const SERIALS = { stem: '', digits: 13 };

/** From an order to a file that only the factory can open, told and checked step by step. */
export async function runDemo(life: Lifetime, { quantity, folder, narration }: DemoSettings): Promise<void> {
  narration.step('Start the whole system on this machine: PostgreSQL, queue, workers, API');
  const stack = await startOwnStack(life);
  narration.tell(`The API listens on ${stack.url}`);

  narration.step('Admit ops and a factory; the factory makes its own OpenPGP key and sends the public half');
  const disk = await prepareDisk(folder.path);
  const cast = await admit(new Client(stack.url, stack.firstAdmin?.token ?? ''), stack.url, disk.publicKey);

  narration.step(`Ops orders ${quantity.toLocaleString('en')} TOTP tokens`);
  const started = performance.now();
  const { lot } = await cast.ops.post<{ lot: string }>('/orders', {
    product: PRODUCT.product,
    quantity,
    factory: 'acme',
  });
  const dispatched = await awaitLot(cast.ops, lot, answer => answer.file?.published === true);
  const seconds = (performance.now() - started) / 1000;
  narration.tell(
    `${lot}: ${quantity.toLocaleString('en')} seeds generated, sealed and written to a factory file in ${seconds.toFixed(1)} s`,
  );
  narration.check(
    `serials ${dispatched.firstSerial} to ${dispatched.lastSerial} are dispatched, each with a living seed`,
    dispatched.custody.dispatched === quantity && dispatched.seeds.living === quantity,
  );
  narration.check(
    'every record of the lot is published before anyone may download its file',
    dispatched.file?.published === true,
  );

  narration.step('The factory downloads its file and opens it');
  await writeFile(disk.vendorKey, await vendorKey(cast.factory));
  await download(cast.factory, lot, disk.message(lot));
  const sha256 = await openAndCount(narration, disk, dispatched, quantity);

  narration.step('The factory proves with a receipt that it could decrypt the file');
  await showReceipts(narration, cast, lot, sha256);

  narration.step('What must not happen is refused');
  await showRefusals(narration, cast, dispatched);

  narration.step('An order that is cancelled before its first download is shredded');
  await showShred(narration, cast.ops);

  narration.tell('');
  narration.tell(`All ${narration.checks} checks hold.`);
  if (folder.kept) narration.tell(`The factory's and the vendor's files are in ${folder.path}`);
}

interface Disk extends Omit<FactoryDisk, 'message'> {
  readonly publicKey: string;
  message(lot: string): string;
}

async function prepareDisk(path: string): Promise<Disk> {
  await Promise.all(['factory', 'vendor'].map(name => mkdir(join(path, name))));
  const { secretKey, publicKey } = await makeFactoryKey();
  const secret = join(path, 'factory', 'secret-key.asc');
  await writeFile(secret, secretKey, { mode: 0o600 });
  return {
    publicKey,
    secretKey: secret,
    vendorKey: join(path, 'vendor', 'signing-key.asc'),
    message: lot => join(path, 'factory', `${lot}.csv.pgp`),
  };
}

async function admit(admin: Client, url: string, factoryKey: string): Promise<Cast> {
  const admitted = async (path: string, body: unknown) => {
    const { token } = await admin.post<{ token: string }>(path, body);
    return new Client(url, token);
  };
  const ops = await admitted('/staff', { name: 'Demo ops', role: 'ops' });
  await ops.post('/products', PRODUCT);
  const stranger = await makeFactoryKey();
  return {
    ops,
    factory: await admitted('/factories', { factory: 'acme', seedEncoding: 'hex', publicKey: factoryKey }),
    stranger: await admitted('/factories', {
      factory: 'other',
      seedEncoding: 'hex',
      publicKey: stranger.publicKey,
    }),
  };
}

async function vendorKey(client: Client): Promise<string> {
  const { items } = await client.get<{ items: { publicKey: string }[] }>('/vendor-keys');
  return items[0]?.publicKey ?? '';
}

async function download(factory: Client, lot: string, path: string): Promise<void> {
  await pipeline(await factory.download(`/lots/${lot}/file`), createWriteStream(path, { flags: 'wx' }));
}

async function openAndCount(
  narration: Narration,
  disk: Disk,
  lot: LotAnswer,
  quantity: number,
): Promise<string> {
  const { plaintext, sha256, signer, program } = await openMessage({
    ...disk,
    message: disk.message(lot.lot),
  });
  try {
    narration.tell(`${program} opens it: ${plaintext.length.toLocaleString('en')} bytes`);
    narration.check("it carries the vendor's good signature", signer === lot.file?.signer);
    const census = takeCensus(plaintext, SERIALS, SEED_LENGTH);
    const ends = `${census.firstSerial}–${census.lastSerial}`;
    narration.check(
      `every serial is there once (${census.rows.toLocaleString('en')} rows, ${ends})`,
      census.rows === quantity &&
        census.distinctSerials === quantity &&
        ends === `${BigInt(lot.firstSerial)}–${BigInt(lot.lastSerial)}`,
    );
    narration.check(
      `every seed is there once (${census.distinctSeeds.toLocaleString('en')} different ones of ${SEED_LENGTH} bytes)`,
      census.distinctSeeds === quantity,
    );
    return sha256;
  } finally {
    plaintext.fill(0);
  }
}
