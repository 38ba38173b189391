import type { ExportFormat } from '@seedlot/domain';
import { printSerial } from '@seedlot/domain';
import { ExportReader } from '@seedlot/seed-files';
import type { DeliveryAnswer, LotAnswer } from './answers.ts';
import { isScrapped } from './burn.ts';
import type { Cast } from './cast.ts';
import { refusalCode } from './client.ts';
import { openMessage } from './decrypt.ts';
import { type Disk, download } from './disks.ts';
import type { Burned } from './factory-file.ts';
import type { Narration } from './narration.ts';
import { awaitState } from './patience.ts';
import { SERIALS } from './product.ts';
import { seedHash } from './seed-census.ts';

/** A delivery, as its customer has opened it. */
export interface Delivered {
  readonly delivery: string;
  readonly file: string;
  /** Serials in it, as they are printed. */
  readonly serials: readonly string[];
  readonly receipt: string;
}

/** Ops assign the burned tokens among the first `count` of a lot to the customer, in a format of its choice. */
export async function deliver(
  narration: Narration,
  { ops }: Cast,
  lot: LotAnswer,
  { count, format }: { count: number; format: ExportFormat },
): Promise<string> {
  const serials = burnedRuns(BigInt(lot.firstSerial), count);
  const request = { customer: 'globex', format, serials };
  const { delivery, quantity } = await ops.post<{ delivery: string; quantity: number }>(
    '/deliveries',
    request,
  );
  narration.tell(`${delivery}: ${quantity.toLocaleString('en')} tokens for globex, as ${format}`);
  const [token] = serials;
  const twice = ops.post('/deliveries', { customer: 'initech', serials: [token] });
  narration.check('no serial goes to two customers', (await refusalCode(twice)) === 'serials_not_assignable');
  return delivery;
}

/** The customer downloads the delivery's newest export, opens it and compares it with what the factory burned. */
export async function openExport(
  narration: Narration,
  cast: Cast,
  disk: Disk,
  { delivery, version, format }: { delivery: string; version: number; format: ExportFormat },
  burned: Burned,
): Promise<Delivered> {
  const { file } = await awaitState<DeliveryAnswer>(
    cast.customer,
    `/deliveries/${delivery}`,
    answer => answer.file?.version === version && answer.file.published,
  );
  const name = version === 1 ? (file?.fileName ?? '') : `version-${version}-${file?.fileName}`;
  const message = await download(cast.customer, `/deliveries/${delivery}/file`, disk, name);
  const { plaintext, sha256, signer, program } = await openMessage({ ...disk, message });
  try {
    narration.tell(`${program} opens ${name}: ${plaintext.length.toLocaleString('en')} bytes`);
    narration.check("it carries the vendor's good signature", signer === file?.signer);
    const serials = compare(plaintext, format, burned);
    narration.check(
      `it holds ${serials.length.toLocaleString('en')} tokens, each with the seed that the factory burned into it`,
      serials.length === file?.quantity,
    );
    return { delivery, file: file?.file ?? '', serials, receipt: sha256 };
  } finally {
    plaintext.fill(0);
  }
}

/** The serials of an export, if every seed is that of its token and no serial comes twice. */
function compare(plaintext: Uint8Array, format: ExportFormat, { hashes }: Burned): string[] {
  const serials = new Set<string>();
  let wrong = 0;
  using reader = new ExportReader(format, ({ serial = '' }, seed) => {
    if (serials.has(serial) || hashes.get(BigInt(serial)) !== seedHash(seed)) wrong += 1;
    serials.add(serial);
  });
  reader.push(plaintext);
  reader.end();
  return wrong === 0 ? [...serials] : [];
}

/** Runs of tokens that were not scrapped. */
function burnedRuns(first: bigint, count: number): { first: string; last: string }[] {
  const runs: { first: string; last: string }[] = [];
  for (let index = 0; index < count; index++) {
    if (isScrapped(index)) continue;
    const serial = printSerial(SERIALS, first + BigInt(index));
    const last = runs.at(-1);
    if (last !== undefined && index > 0 && !isScrapped(index - 1)) last.last = serial;
    else runs.push({ first: serial, last: serial });
  }
  return runs;
}
