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

/** Counts serials and seeds of a decrypted factory file. Seeds are told apart by their hashes, so none becomes text. */
export function takeCensus(plaintext: Uint8Array, serials: SerialSpace, seedLength: number): Census {
  const seen = new Set<bigint>();
  const hashes = new Set<string>();
  let [rows, firstSerial, lastSerial]: [number, bigint | null, bigint | null] = [0, null, null];
  using reader = new FactoryCsvReader({ serials, encoding: 'hex', seedLength }, (serial, seed) => {
    rows += 1;
    firstSerial ??= serial;
    lastSerial = serial;
    seen.add(serial);
    hashes.add(createHash('sha256').update(seed).digest('base64'));
  });
  reader.push(plaintext);
  reader.end();
  return { rows, distinctSerials: seen.size, distinctSeeds: hashes.size, firstSerial, lastSerial };
}
