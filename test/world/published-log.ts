import { recordName } from '@seedlot/notary';
import { expect } from 'vitest';
import type { World } from './world.ts';

export interface LoggedRecord {
  readonly number: bigint | null;
  readonly type: string;
  readonly line: Buffer;
}

/** Records of a lot, or all, in the order of their writing. */
export async function recordsOf({ database }: World, lot?: string): Promise<LoggedRecord[]> {
  const { rows } = await database.pool.query<LoggedRecord>(
    'select number, type, line from records where lot_id = $1 or $1 is null order by seq',
    [lot ?? null],
  );
  return rows;
}

/** The published log is gapless, one object a record with exactly the bytes of its row, and has no other object. */
export async function expectLogPublished(world: World): Promise<void> {
  const { rows } = await world.database.pool.query<{ number: bigint; line: Buffer; published: boolean }>(
    'select number, line, published_at is not null as published from records order by number',
  );
  expect(rows.map(row => row.number)).toEqual(rows.map((_, place) => BigInt(place)));
  expect(rows.filter(row => !row.published)).toEqual([]);
  expect(await Array.fromAsync(world.objects.list('records/'))).toEqual(
    rows.map(row => recordName(row.number)),
  );
  for (const { number, line } of rows) {
    const object = Buffer.concat(await Array.fromAsync(world.objects.read(recordName(number))));
    expect(object.equals(line), `bytes of record ${number}`).toBe(true);
  }
}
