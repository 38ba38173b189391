import { sql } from 'kysely';
import type { Effect } from './effect.ts';

/** `lot-000042`: what people read, say and type. */
export function printId(
  noun: 'order' | 'lot' | 'file' | 'report' | 'delivery' | 'shred' | 'hold' | 'staff' | 'root-move',
  number: bigint,
): string {
  return `${noun}-${number.toString().padStart(6, '0')}`;
}

export async function nextNumber(
  effect: Effect,
  sequence: `${'order' | 'file' | 'report' | 'delivery' | 'shred' | 'hold' | 'staff' | 'root_move'}_numbers`,
): Promise<bigint> {
  const { rows } = await sql<{ number: bigint }>`select nextval(${sequence}) as number`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new RangeError(`Sequence ${sequence} gave nothing`);
  return row.number;
}
