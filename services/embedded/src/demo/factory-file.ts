import type { LotAnswer } from './answers.ts';
import { Bench } from './burn.ts';
import type { Cast } from './cast.ts';
import { openMessage } from './decrypt.ts';
import { type Disk, download } from './disks.ts';
import type { Narration } from './narration.ts';
import { SEED_LENGTH, SERIALS } from './product.ts';
import { seedHash, takeCensus } from './seed-census.ts';

/** Tokens whose seeds are compared later with what the customer gets. */
export const REMEMBERED = 10_000;

/** What the factory knows once it has opened its file and burned the seeds; no seed is kept. */
export interface Burned {
  /** SHA-256 of the plaintext, which proves that it was opened. */
  readonly receipt: string;
  readonly bench: Bench;
  /** Hashes of the first seeds, by serial. */
  readonly hashes: ReadonlyMap<bigint, string>;
}

/** The factory downloads and opens its file, and burns every seed into a token. */
export async function openFactoryFile(
  narration: Narration,
  { factory }: Cast,
  disk: Disk,
  lot: LotAnswer,
  quantity: number,
): Promise<Burned> {
  const message = await download(factory, `/lots/${lot.lot}/file`, disk, `${lot.lot}.csv.pgp`);
  const { plaintext, sha256, signer, program } = await openMessage({ ...disk, message });
  const bench = new Bench();
  const hashes = new Map<bigint, string>();
  let index = 0;
  try {
    narration.tell(`${program} opens it: ${plaintext.length.toLocaleString('en')} bytes`);
    narration.check("it carries the vendor's good signature", signer === lot.file?.signer);
    const census = takeCensus(plaintext, SERIALS, SEED_LENGTH, (serial, seed) => {
      bench.burn(serial, seed, index);
      if (index < REMEMBERED) hashes.set(serial, seedHash(seed));
      index += 1;
    });
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
    return { receipt: sha256, bench, hashes };
  } finally {
    plaintext.fill(0);
  }
}
