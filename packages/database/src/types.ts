import pg from 'pg';
import { DatabaseError } from './errors.ts';

const INT8 = 20;
const INT8_ARRAY = 1016;
const NUMERIC = 1700;
const NUMERIC_ARRAY = 1231;

/**
 * How column values arrive: int8 as bigint, bytea as Buffer. numeric is refused, for it has no exact type here: it
 * appears where a sum or an average was not cast.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
};

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [INT8_ARRAY, int8Array],
  [NUMERIC, refuseNumeric],
  [NUMERIC_ARRAY, refuseNumeric],
]);

function int8Array(text: string): (bigint | null)[] {
  if (text === '{}') return [];
  return text
    .slice(1, -1)
    .split(',')
    .map(item => (item === 'NULL' ? null : BigInt(item)));
}

function refuseNumeric(): never {
  throw new DatabaseError('value_refused', 'a query returned numeric: cast it to int8 or text');
}
