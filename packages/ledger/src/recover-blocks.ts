import { DomainError, parseSerial, type Range, type SerialSpace } from '@seedlot/domain';
import { z } from 'zod';

/** The block of serials that an order's record names by its first and its last. */
export function parseLotBlock({ firstSerial, lastSerial }: { firstSerial: string; lastSerial: string }): {
  space: SerialSpace;
  numbers: Range;
} {
  const [first, last] = [parseSerial(firstSerial), parseSerial(lastSerial)];
  if (first.space.stem !== last.space.stem || first.space.digits !== last.space.digits) {
    throw new DomainError('serial_malformed', 'An order begins and ends with serials of two forms');
  }
  return { space: first.space, numbers: { first: first.number, after: last.number + 1n } };
}

const runsSchema = z.object({ serials: z.array(z.tuple([z.string(), z.string()])).default([]) });

/** The runs of printed serials that a record names. */
export function runsIn(fields: Record<string, unknown>): { first: string; last: string }[] {
  return runsSchema.parse(fields).serials.map(([first, last]) => ({ first, last }));
}
