import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import { Gpg } from './gpg.ts';
import { SeedlotServer } from './seedlot-server.ts';
import { totp } from './totp.ts';

/** Of a hundred tokens one fails; with samples, every tenth shows a code. */
const SCRAPPED = { of: 100, at: 99 };
const SAMPLED = { of: 10, at: 0 };

/** A lot as the factory knows it: the decrypted file, and the serials in it. */
export interface OpenedLot {
  readonly lot: string;
  /** CSV of serials and seeds in clear. */
  readonly plaintext: string;
}

/** A report on the factory's disk. */
export interface WrittenReport {
  readonly csv: string;
  readonly signature: string;
}

/** The whole system with its one factory, who opens files and reports with gpg. */
export class Workshop implements AsyncDisposable {
  readonly server: SeedlotServer;
  readonly gpg: Gpg;
  readonly #key: string;

  private constructor(server: SeedlotServer, gpg: Gpg, key: string) {
    this.server = server;
    this.gpg = gpg;
    this.#key = key;
  }

  static async start(): Promise<Workshop> {
    const gpg = await Gpg.create();
    const key = await gpg.makeKey('Factory', 'rsa3072', 'rsa3072');
    return new Workshop(await SeedlotServer.start(await gpg.publicKey(key)), gpg, key);
  }

  /** From the order to the receipt for the factory file. */
  async openLot(quantity: number): Promise<OpenedLot> {
    const lot = await this.server.makeLot(quantity);
    const { factory } = this.server;
    await factory.until<{ file: { published: boolean } }>(`/lots/${lot}`, ({ file }) => file.published);
    const message = join(this.gpg.folder, `${lot}.csv.pgp`);
    await factory.download(`/lots/${lot}/file`, message);
    const plaintext = join(this.gpg.folder, `${lot}.csv`);
    await this.#importVendorKey();
    await this.gpg.open(message, plaintext);
    const hash = createHash('sha256');
    await pipeline(createReadStream(plaintext), hash);
    await factory.post(`/lots/${lot}/receipt`, { sha256: hash.digest('hex') });
    return { lot, plaintext };
  }

  /** It is made with the first factory file. */
  async #importVendorKey(): Promise<void> {
    const { items } = await this.server.factory.get<{ items: { publicKey: string }[] }>('/vendor-keys');
    for (const { publicKey } of items) await this.gpg.importKey(publicKey);
  }

  /** Every serial of the lot, one in a hundred scrapped, signed. */
  async writeReport({ lot, plaintext }: OpenedLot, samples: boolean): Promise<WrittenReport> {
    const csv = join(this.gpg.folder, `${lot}-${samples ? 'with' : 'without'}-samples.csv`);
    const file = createWriteStream(csv);
    for await (const piece of reportPieces(lot, plaintext, samples)) {
      if (!file.write(piece)) await once(file, 'drain');
    }
    file.end();
    await finished(file);
    return { csv, signature: await this.gpg.sign(csv, this.#key) };
  }

  /** Sends a report and waits until it is judged. */
  async report({ lot }: OpenedLot, { csv, signature }: WrittenReport): Promise<void> {
    const { factory } = this.server;
    const sent = await factory.upload<{ report: string }>(
      `/lots/${lot}/reports`,
      csv,
      await readFile(signature),
    );
    const { state } = await factory.until<{ state: string }>(
      `/reports/${sent.report}`,
      answer => answer.state !== 'received',
    );
    if (state !== 'judged') throw new Error(`${sent.report} is ${state}`);
  }

  /** A lot from its order to its accepted report; resolves to the serials that were burned, in order. */
  async produceLot(quantity: number): Promise<string[]> {
    const opened = await this.openLot(quantity);
    await this.report(opened, await this.writeReport(opened, false));
    await this.server.ops.post(`/lots/${opened.lot}/report/accept`, {});
    const burned: string[] = [];
    let index = 0;
    for await (const [serial] of tokens(opened.plaintext)) if (!isScrapped(index++)) burned.push(serial);
    return burned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.gpg[Symbol.asyncDispose]();
  }
}

async function* reportPieces(lot: string, plaintext: string, samples: boolean): AsyncGenerator<string> {
  yield samples ? 'lot,serial,result,otp,time\n' : 'lot,serial,result\n';
  const time = Math.floor(Date.now() / 1000);
  let index = 0;
  for await (const [serial, seed] of tokens(plaintext)) {
    const result = isScrapped(index) ? 'scrapped' : 'burned';
    const sampled = index++ % SAMPLED.of === SAMPLED.at;
    const sample = sampled ? `,${totp(Buffer.from(seed, 'hex'), time)},${time}` : ',,';
    yield `${lot},${serial},${result}${samples ? sample : ''}\n`;
  }
}

/** Serial and seed of each row of a factory file. */
async function* tokens(plaintext: string): AsyncGenerator<[string, string]> {
  for await (const line of createInterface(createReadStream(plaintext))) {
    const [serial = '', seed = ''] = line.split(',');
    if (serial !== 'serial') yield [serial, seed];
  }
}

function isScrapped(index: number): boolean {
  return index % SCRAPPED.of === SCRAPPED.at;
}
