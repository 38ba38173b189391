import { createHash } from 'node:crypto';
import type { SerialSpace } from '@seedlot/domain';
import { FactoryCsvReader } from '@seedlot/seed-files';

/** What a decrypted factory file was found to hold. */
export interface Census {
  readonly rows: number;
  readonly distinctSerials: number;
  readonly distinctSeeds: number;
  readonly firstSerial: bigint | null;
  readonly lastSerial: bigint | null;
}

/** Sees each token of the file as it is read; the seed is wiped when it returns. */
export type Witness = (serial: bigint, seed: Uint8Array) => void;

/** Counts serials and seeds of a decrypted factory file. Seeds are told apart by their hashes, so none becomes text. */
export function takeCensus(
  plaintext: Uint8Array,
  serials: SerialSpace,
  seedLength: number,
  witness: Witness = () => {},
): Census {
  const seen = new Set<bigint>();
  const hashes = new Set<string>();
  let [rows, firstSerial, lastSerial]: [number, bigint | null, bigint | null] = [0, null, null];
  using reader = new FactoryCsvReader({ serials, encoding: 'hex', seedLength }, (serial, seed) => {
    rows += 1;
    firstSerial ??= serial;
    lastSerial = serial;
    seen.add(serial);
    hashes.add(seedHash(seed));
    witness(serial, seed);
  });
  reader.push(plaintext);
  reader.end();
  return { rows, distinctSerials: seen.size, distinctSeeds: hashes.size, firstSerial, lastSerial };
}

/** Tells two seeds apart without keeping either. */
export function seedHash(seed: Uint8Array): string {
  return createHash('sha256').update(seed).digest('base64');
}
