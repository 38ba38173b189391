import { adoptRecord, type Effect, lastNumber, type Reader, recordLine, UsedNumbers } from '@seedlot/ledger';
import { recordName } from '@seedlot/notary';
import type { ObjectStore } from '@seedlot/object-store';
import { readWhole } from '@seedlot/shredder';
import { EmbeddedError } from '../errors.ts';

export interface AdoptedLog {
  /** Records that the database lacked. */
  readonly adopted: number;
  /** Lots whose sealing was among them. */
  readonly sealed: readonly string[];
}

/** Records between two lines about the progress. */
const TELL_EVERY = 1000;

/**
 * Takes in every published record behind the database's last one, in order, until the next is not there. Throws
 * `recovery_impossible` when the last one that both have is not the same: that log is of another history.
 */
export async function recoverLog(
  effect: Effect,
  objects: ObjectStore,
  tell: (line: string) => void,
): Promise<AdoptedLog> {
  const last = await lastNumber(effect);
  await assertSameLog(effect, objects, last);
  const used = new UsedNumbers();
  const sealed: string[] = [];
  let adopted = 0;
  for (let number = last + 1n; (await objects.size(recordName(number))) !== null; number++) {
    const line = await readWhole(objects, recordName(number));
    const { type, fields, wasLacking } = await adoptRecord(effect, { number, line }, used);
    if (!wasLacking) continue;
    adopted++;
    if (type === 'lot.sealed') sealed.push(String(fields.lot));
    if (adopted % TELL_EVERY === 0) tell(`  ${adopted} records`);
  }
  await used.skip(effect);
  return { adopted, sealed };
}

/** A number that was given but not published is no fault: the notary publishes it when it goes on. */
async function assertSameLog(effect: Effect, objects: ObjectStore, last: bigint): Promise<void> {
  const line = await recordLine(effect, last);
  if (line === null || (await objects.size(recordName(last))) === null) return;
  if (line.equals(await readWhole(objects, recordName(last)))) return;
  const message = `${recordName(last)} is published with other bytes than the database has: another history`;
  throw new EmbeddedError('recovery_impossible', message);
}

/** Throws `recovery_needed` when more is published than the database knows: it was put back to an older point. */
export async function refuseOlderDatabase(reader: Reader, objects: ObjectStore): Promise<void> {
  const next = recordName((await lastNumber(reader)) + 1n);
  if ((await objects.size(next)) === null) return;
  const message = `${next} is published and the database does not know it: run "seedlot recover" before the start`;
  throw new EmbeddedError('recovery_needed', message);
}
