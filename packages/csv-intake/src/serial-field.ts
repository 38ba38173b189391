import { DomainError, parseSerial, type SerialSpace } from '@seedlot/domain';
import type { FaultList } from './fault-list.ts';

/** A serial as its space and its number there. */
export interface FoundSerial {
  readonly space: SerialSpace;
  readonly number: bigint;
}

const SCIENTIFIC = /^\d+(?:[.,]\d+)?E\+?\d+$/i;

/**
 * Reads an attacker-controlled serial that should be of one of these spaces. Tells what is wrong with it; null when it is none of them.
 * The text is in no fault before it was found to be a serial.
 */
export function readSerial(
  line: number,
  text: string,
  spaces: readonly SerialSpace[],
  faults: FaultList<string>,
): FoundSerial | null {
  const parsed = parsedOrNull(text);
  if (parsed === null) {
    if (SCIENTIFIC.test(text)) {
      faults.tell(line, 'serial_scientific', 'The serial was turned into a number such as 1.23E+12');
    } else faults.tell(line, 'serial_malformed', `The serial, of ${text.length} characters, is none`);
    return null;
  }
  const { stem, digits } = parsed.space;
  const ofStem = spaces.filter(space => space.stem === stem);
  const space = ofStem.find(known => known.digits === digits);
  if (space !== undefined) return { space, number: parsed.number };
  const longer = ofStem.find(known => known.digits > digits);
  if (longer === undefined)
    faults.tell(line, 'serial_unknown', `${text} is no serial of the form that is wanted`, text);
  else {
    const lost = `${text} has ${digits} digits at its end, not ${longer.digits}: zeros were lost`;
    faults.tell(line, 'serial_zeros_lost', lost, text);
  }
  return null;
}

function parsedOrNull(text: string): FoundSerial | null {
  try {
    return parseSerial(text);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
