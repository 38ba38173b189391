import { LOT_LIMIT, type LotShape } from '@seedlot/domain';
import { ErasableError } from './errors.ts';

const LOT_ID_LIMIT = 64;
const SERIAL_LIMIT = 10n ** 18n;

/** The lot's id as bytes behind its length, so that no two ids and what follows them read the same. */
export function lotTag(lot: string): Uint8Array {
  const id = new TextEncoder().encode(lot);
  if (id.length < 1 || id.length > LOT_ID_LIMIT)
    throw refusal(`a lot id has 1 to ${LOT_ID_LIMIT} bytes, not ${id.length}`);
  return Uint8Array.of(id.length, ...id);
}

/**
 * Additional data that ties a sealed text to its kind, its lot and its places in the lot. Every part has a fixed length
 * or its length before it, and every kind one number of places: no two contexts are the same bytes.
 */
export function lotContext(kind: `${string} v${number}`, shape: LotShape, ...places: number[]): Uint8Array {
  const label = new TextEncoder().encode(`seedlot ${kind}`);
  const numbers = new DataView(new ArrayBuffer(13 + 4 * places.length));
  numbers.setBigUint64(0, shape.firstSerial);
  numbers.setUint32(8, shape.quantity);
  numbers.setUint8(12, shape.seedLength);
  places.forEach((place, i) => {
    numbers.setUint32(13 + 4 * i, place);
  });
  return Uint8Array.of(label.length, ...label, ...lotTag(shape.lot), ...new Uint8Array(numbers.buffer));
}

/** Throws `shape_invalid` for a lot that the tree, the frontier and the pages cannot encode. */
export function assertShape(shape: LotShape): void {
  const { quantity, seedLength, firstSerial } = shape;
  if (!isWithin(quantity, 1, LOT_LIMIT))
    throw refusal(`a lot has 1 to ${LOT_LIMIT} serials, not ${quantity}`);
  if (!isWithin(seedLength, 16, 64)) throw refusal(`a seed has 16 to 64 bytes, not ${seedLength}`);
  if (firstSerial < 0n || firstSerial + BigInt(quantity) > SERIAL_LIMIT) {
    throw refusal(
      `serial numbers go from 0 to below ${SERIAL_LIMIT}, not from ${firstSerial} for ${quantity}`,
    );
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function refusal(reason: string): ErasableError {
  return new ErasableError('shape_invalid', reason);
}
