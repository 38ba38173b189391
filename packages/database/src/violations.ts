import pg from 'pg';

export type ViolationKind = 'unique' | 'exclusion' | 'foreign key' | 'check';

/** A row that a constraint refused. */
export interface Violation {
  readonly kind: ViolationKind;
  /** The constraint's name, as in the migrations. */
  readonly constraint: string;
}

/** SQLSTATE class 23, PostgreSQL appendix A. */
const KINDS: Readonly<Record<string, ViolationKind>> = {
  23503: 'foreign key',
  23505: 'unique',
  23514: 'check',
  '23P01': 'exclusion',
};

/** Which constraint refused, or undefined for every other error. */
export function violation(error: unknown): Violation | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  const kind = KINDS[error.code ?? ''];
  return kind && error.constraint ? { kind, constraint: error.constraint } : undefined;
}

/** Whether the error is the refusal of this constraint. */
export function violates(error: unknown, constraint: string): boolean {
  return violation(error)?.constraint === constraint;
}

/** Whether the server ended a transaction because of another one, so that it may be run again. */
export function isSerializationFailure(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');
}
