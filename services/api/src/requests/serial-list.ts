import { createHash } from 'node:crypto';
import { type Fault, FaultList, SerialListReader } from '@seedlot/csv-intake';
import { printSerial } from '@seedlot/domain';
import { listSerialSpaces, type Reader } from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import type { JsonBody } from './json-body.ts';

/** Faults that one answer names at most. */
const FAULTS = 1000;

/**
 * An attacker-controlled CSV of serials as the JSON that says the same: the query, and the list's runs. Throws
 * `list_faulty` with everything that is wrong, by line.
 */
export async function readSerialList(reader: Reader, query: unknown, bytes: Uint8Array): Promise<JsonBody> {
  const faults = new FaultList();
  using list = new SerialListReader(await listSerialSpaces(reader), faults);
  list.push(bytes);
  const serials = list.end();
  if (faults.count > 0) throw faulty(faults.count, faults.byLine());
  const runs = serials.flatMap(({ space, ranges }) =>
    ranges.map(({ first, after }) => ({
      first: printSerial(space, first),
      last: printSerial(space, after - 1n),
    })),
  );
  const sha256 = createHash('sha256').update(bytes).digest();
  return { value: { ...(query as object), serials: runs }, sha256 };
}

function faulty(count: number, faults: readonly Fault[]): ApiError {
  const [first] = faults;
  const more = count === 1 ? '' : `, and ${count - 1} more`;
  return new ApiError(
    'list_faulty',
    `Line ${first?.line}: ${first?.message} [${first?.code}]${more}. Nothing was changed`,
    { members: { faultCount: count, faults: faults.slice(0, FAULTS) } },
  );
}
