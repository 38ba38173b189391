import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectStore } from '@seedlot/object-store';

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Writes the published records, in the order of their numbers, one a line, once the end of this shred is among them. */
export async function keepEvidence(objects: ObjectStore, out: string, shred: string): Promise<number> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const lines = await publishedLines(objects);
    const records = lines.map((line): { type: string; shred?: string } => JSON.parse(line));
    if (records.some(record => record.type === 'shred.completed' && record.shred === shred)) {
      await writeFile(join(out, 'evidence', 'records.jsonl'), lines.map(line => `${line}\n`).join(''));
      return records.length;
    }
    await pause(POLL_MS);
  }
  throw new Error(`The end of ${shred} was not published`);
}

async function publishedLines(objects: ObjectStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const name of objects.list('records/')) {
    lines.push(
      Buffer.concat(await Array.fromAsync(objects.read(name)))
        .toString()
        .trimEnd(),
    );
  }
  return lines;
}
