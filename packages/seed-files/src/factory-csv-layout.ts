import { DomainError, parseSerial, printSerial, type SerialSpace } from '@seedlot/domain';
import { SeedFileError } from './errors.ts';
import type { SeedCodec } from './seed-codec.ts';
import { SEED_CODECS, type SeedEncoding } from './seed-encoding.ts';

/** What a factory file holds: the line `serial,seed`, then a line for each token; every line ends with LF. */
export interface FactoryCsvFormat {
  readonly serials: SerialSpace;
  readonly encoding: SeedEncoding;
  /** Bytes of one seed, 16 to 64. */
  readonly seedLength: number;
}

export const HEADER = new TextEncoder().encode('serial,seed\n');
export const COMMA = 0x2c;
export const LINE_FEED = 0x0a;
export const DIGIT_ZERO = 0x30;
export const DIGIT_NINE = 0x39;

/** Where everything is in a row: all rows of a file have one length. */
export class FactoryCsvLayout {
  readonly serials: SerialSpace;
  readonly seedLength: number;
  readonly codec: SeedCodec;
  readonly serialLength: number;
  readonly seedAt: number;
  /** Bytes of a row with its LF. */
  readonly rowLength: number;

  /** Throws `format_invalid` for serials that no token can have and for a seed length out of bounds. */
  constructor({ serials, encoding, seedLength }: FactoryCsvFormat) {
    assertSerials(serials);
    if (!Number.isInteger(seedLength) || seedLength < 16 || seedLength > 64) {
      throw new SeedFileError('format_invalid', `a seed has 16 to 64 bytes, not ${seedLength}`);
    }
    this.serials = serials;
    this.seedLength = seedLength;
    this.codec = SEED_CODECS[encoding];
    this.serialLength = serials.stem.length + serials.digits;
    this.seedAt = this.serialLength + 1;
    this.rowLength = this.seedAt + this.codec.length(seedLength) + 1;
  }
}

/** A serial that could be read back as another one, or as more than one field, must never be written. */
function assertSerials(space: SerialSpace): void {
  try {
    const read = parseSerial(printSerial(space, 0n)).space;
    if (read.stem === space.stem && read.digits === space.digits) return;
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
  }
  throw new SeedFileError(
    'format_invalid',
    `no serial has ${space.digits} digits after ${JSON.stringify(space.stem)}`,
  );
}
