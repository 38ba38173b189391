import { serviceActor } from '@seedlot/domain';
import {
  forgetFailures,
  type Ledger,
  markPublished,
  type NumberedRecord,
  numberRecords,
  unpublishedRecords,
} from '@seedlot/ledger';
import { type ObjectStore, ObjectStoreError } from '@seedlot/object-store';
import { NotaryError } from './errors.ts';

/** Objects written at a time. */
const WIDTH = 8;

export interface PublishParts {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

const notary = serviceActor('notary');

/** What failures to publish are remembered under. */
export const RECORDS = 'records';

/** Numbers all records that have no number and publishes all that are not published, until none is left. */
export async function publishRecords(parts: PublishParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const numbered = await parts.ledger.commit(notary, numberRecords);
    const published = await publishNumbered(parts);
    if (numbered === 0 && published === 0) break;
  }
  if (!signal.aborted)
    await parts.ledger.commit(notary, effect => forgetFailures(effect, 'publish', RECORDS));
}

/** One object a record, then the mark: a crash in between publishes the same bytes again, which is no change. */
async function publishNumbered({ ledger, objects }: PublishParts): Promise<number> {
  const records = await unpublishedRecords(ledger);
  for (let at = 0; at < records.length; at += WIDTH) {
    await Promise.all(records.slice(at, at + WIDTH).map(record => publish(objects, record)));
  }
  const last = records.at(-1);
  if (last !== undefined) await ledger.commit(notary, effect => markPublished(effect, last.number));
  return records.length;
}

/** `records/000/000/012.json`: names sort as the numbers do, no folder grows past a thousand. */
export function recordName(number: bigint): string {
  const [millions, thousands, ones] =
    number
      .toString()
      .padStart(9, '0')
      .match(/^(\d+)(\d{3})(\d{3})$/)
      ?.slice(1) ?? [];
  return `records/${millions}/${thousands}/${ones}.json`;
}

async function publish(objects: ObjectStore, { number, line }: NumberedRecord): Promise<void> {
  const name = recordName(number);
  try {
    await objects.put(name, oneChunk(line));
  } catch (cause) {
    if (!(cause instanceof ObjectStoreError && cause.code === 'object_exists')) throw cause;
    await assertSame(objects, name, line);
  }
}

/** Another record under this number would be a fork of the log: never overwritten, never passed over. */
async function assertSame(objects: ObjectStore, name: string, line: Buffer): Promise<void> {
  const chunks = await Array.fromAsync(objects.read(name));
  if (Buffer.concat(chunks).equals(line)) return;
  throw new NotaryError('record_differs', `${name} is published with other bytes than the database has`);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
