import type { CoverageEntry } from './coverage-entry.ts';

/** The self-check in a fresh process, as its record says it; null when none is known to have run. */
export interface SelfCheck {
  readonly passed: boolean;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** NIST SP 800-88r2 section 4: a verification that could not be made is neither a pass nor a failure. */
export type Verdict = 'PASS' | 'FAIL' | 'UNKNOWN';

const HELD_BY_VENDOR: ReadonlySet<string> = new Set(['live_database', 'wal_and_backups', 'object_versions']);

/**
 * What a certificate concludes about the vendor's copies. PASS wants a passed self-check and every copy that the
 * vendor keeps destroyed; an escrowed copy lets no certificate say so, whatever else was done.
 */
export function verdictOf(check: SelfCheck | null, coverage: readonly CoverageEntry[]): Verdict {
  if (check !== null && !check.passed) return 'FAIL';
  if (check === null || isEscrowed(coverage)) return 'UNKNOWN';
  return destroyedByVendor(coverage) ? 'PASS' : 'UNKNOWN';
}

function isEscrowed(coverage: readonly CoverageEntry[]): boolean {
  const escrow = coverage.filter(({ copy }) => copy === 'escrow');
  return escrow.length === 0 || escrow.some(({ finding }) => finding !== 'attested');
}

function destroyedByVendor(coverage: readonly CoverageEntry[]): boolean {
  const held = coverage.filter(({ copy }) => HELD_BY_VENDOR.has(copy));
  const named = new Set(held.map(({ copy }) => copy));
  return named.size === HELD_BY_VENDOR.size && held.every(({ finding }) => finding === 'destroyed');
}
