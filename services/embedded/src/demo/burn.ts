import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { printSerial } from '@seedlot/domain';
import type { Disk } from './disks.ts';
import { SERIALS } from './product.ts';
import { signFile } from './sign.ts';

/** Of a hundred tokens one fails its test, and another one is pressed to show a code. */
const OF_HUNDRED = { scrapped: 99, sampled: 0 };

const PERIOD = 30;

/** The factory's line: what it has noted of every token so far, each code as the token showed it. */
export class Bench {
  readonly #codes = new Map<bigint, string>();
  readonly #time = Math.floor(Date.now() / 1000);

  /** Burns a seed into a token; presses the button of some. */
  burn(serial: bigint, seed: Uint8Array, index: number): void {
    if (index % 100 === OF_HUNDRED.sampled) this.#codes.set(serial, totp(seed, this.#time));
  }

  /** `burned,123456,1790000000`, with the code where there is one. */
  result(serial: bigint, index: number): string {
    if (isScrapped(index)) return 'scrapped,,';
    const code = this.#codes.get(serial);
    return code === undefined ? 'burned,,' : `burned,${code},${this.#time}`;
  }

  /** A code that this token cannot have shown. */
  wrongCode(serial: bigint): string {
    const code = Number(this.#codes.get(serial) ?? 0);
    return `burned,${String((code + 1) % 1_000_000).padStart(6, '0')},${this.#time - 86_400}`;
  }
}

export function isScrapped(index: number): boolean {
  return index % 100 === OF_HUNDRED.scrapped;
}

export const REPORT_HEADER = 'lot,serial,result,otp,time\n';

/** A report with these lines, on the factory's disk, signed. */
export async function writeReport(
  disk: Disk,
  name: string,
  lines: Iterable<string>,
): Promise<{ report: string; signature: string }> {
  const report = join(disk.folder, name);
  const file = createWriteStream(report, { flags: 'wx' });
  file.write(REPORT_HEADER);
  for (const line of lines) {
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return { report, signature: await signFile(report, disk.secretKey) };
}

/** What became of every serial of the lot. */
export function* resultLines(bench: Bench, lot: string, first: bigint, quantity: number): Generator<string> {
  for (let index = 0; index < quantity; index++) {
    const serial = first + BigInt(index);
    yield `${lot},${printSerial(SERIALS, serial)},${bench.result(serial, index)}\n`;
  }
}

/** RFC 6238 with SHA-1 and six digits, from the RFC and not from our own package: the factory's tester has its own, too. */
function totp(seed: Uint8Array, unixSeconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(unixSeconds / PERIOD)));
  const mac = createHmac('sha1', seed).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const code = (mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000;
  return code.toString().padStart(6, '0');
}
