import { randomFillSync } from 'node:crypto';
import { type LotShape, SecretBytes } from '@seedlot/domain';
import { pageBytes } from './sealed-page.ts';
import { secretMemory } from './tree-memory.ts';

/** Room for the seeds, or the pads, of any page of a lot: one for a whole lot, wiped at the end of the step. */
export function pageMemory(shape: LotShape): SecretBytes {
  return new SecretBytes(secretMemory(pageBytes(shape, 0)));
}

/**
 * Draws the seeds of a page into `room` and gives the part of it that they fill. One call of OpenSSL's generator
 * (CTR-DRBG of NIST SP 800-90A, seeded by the operating system) writes all of them in place, with no copy elsewhere.
 */
export function drawSeeds(shape: LotShape, page: number, room: SecretBytes): Uint8Array {
  return randomFillSync(room.bytes.subarray(0, pageBytes(shape, page)));
}
