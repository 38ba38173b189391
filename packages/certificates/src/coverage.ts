import type { CoverageEntry } from './coverage-entry.ts';

/** A root that the shred replaced. `destroyedAt` is when its slot confirmed that it is gone; null while it has not. */
export interface RootFacts {
  readonly ring: 'seeds' | 'files';
  readonly from: number;
  readonly to: number;
  readonly destroyedAt: string | null;
}

/** A delivery that has serials of the shred. Times are ISO 8601, UTC; null where it has not happened. */
export interface DeliveryFacts {
  readonly delivery: string;
  readonly customer: string;
  readonly deliveredAt: string | null;
  readonly receivedAt: string | null;
}

/** What the database says of one lot's copies outside the vendor's keys. */
export interface CopyFacts {
  /** The rings under which the shredded seeds and files were sealed: each needs a root that is gone. */
  readonly rings: readonly RootFacts['ring'][];
  readonly roots: readonly RootFacts[];
  /** The lots' factories: when each took its file first, and what it has said of its copy since. */
  readonly factories: readonly {
    readonly factory: string;
    readonly downloadedAt: string | null;
    readonly attested: { readonly at: string; readonly statement: string } | null;
  }[];
  readonly deliveries: readonly DeliveryFacts[];
  /** The orders' terms; a serial of an order whose terms name an escrow is held there still. */
  readonly escrows: readonly { readonly order: string; readonly escrow: string }[];
}

/** One entry or more for every class of copy, from state alone: what the facts do not say is `unknown`. */
export function stateCoverage(facts: CopyFacts): CoverageEntry[] {
  return [
    ...vendorCopies(facts),
    {
      copy: 'queue',
      finding: 'attested',
      by: 'seedlot',
      statement: 'Jobs carry names and ids, never a seed.',
    },
    ...factoryCopies(facts.factories),
    ...customerCopies(facts.deliveries),
    ...escrowCopies(facts.escrows),
    {
      copy: 'memory',
      finding: 'unknown',
      reason:
        'Seedlot wipes its buffers after each step; the runtime and the machine guarantee nothing of copies.',
    },
  ];
}

/** Sealed bytes stay where they are: what opened them is gone, and only the slots' confirmation says so. */
function vendorCopies({ rings, roots }: CopyFacts): CoverageEntry[] {
  const left = roots.filter(({ destroyedAt }) => destroyedAt === null);
  const kept = rings.filter(ring => !roots.some(root => root.ring === ring));
  return (['live_database', 'wal_and_backups', 'object_versions'] as const).map(copy => {
    if (roots.length === 0) return { copy, finding: 'unknown', reason: 'No change of a root is recorded.' };
    if (kept.length > 0) return { copy, finding: 'unknown', reason: `No new root: ${kept.join(', ')} ring.` };
    if (left.length > 0)
      return { copy, finding: 'unknown', reason: `Not confirmed gone: ${printRoots(left)}.` };
    return {
      copy,
      finding: 'destroyed',
      proof: `Its keys were sealed under roots now gone: ${printRoots(roots)}.`,
    };
  });
}

function printRoots(roots: readonly RootFacts[]): string {
  return roots
    .map(({ ring, from, to, destroyedAt }) => {
      return `${ring} ring, root ${from} (now ${to}), ${destroyedAt === null ? 'unconfirmed' : `destroyed ${destroyedAt}`}`;
    })
    .join('; ');
}

function factoryCopies(factories: CopyFacts['factories']): CoverageEntry[] {
  if (factories.length === 0)
    return [{ copy: 'factory', finding: 'unknown', reason: 'No factory is recorded.' }];
  return factories.map(({ factory, downloadedAt, attested }) => {
    if (attested !== null) {
      return {
        copy: 'factory',
        finding: 'attested',
        by: factory,
        statement: `${attested.at}: ${attested.statement}`,
      };
    }
    const taken = downloadedAt === null ? 'no download is recorded' : `downloaded ${downloadedAt}`;
    return { copy: 'factory', finding: 'unknown', reason: `${factory}: ${taken}; it has attested nothing.` };
  });
}

function customerCopies(deliveries: readonly DeliveryFacts[]): CoverageEntry[] {
  if (deliveries.length === 0) {
    return [{ copy: 'customer', finding: 'attested', by: 'seedlot', statement: 'No delivery is recorded.' }];
  }
  return deliveries.map(({ delivery, customer, deliveredAt, receivedAt }) => {
    if (deliveredAt === null) {
      return {
        copy: 'customer',
        finding: 'attested',
        by: 'seedlot',
        statement: `${delivery} was never downloaded.`,
      };
    }
    const receipt = receivedAt === null ? 'no receipt' : `receipt of ${receivedAt}`;
    return {
      copy: 'customer',
      finding: 'out_of_reach',
      reason: `${customer}: ${delivery} of ${deliveredAt}, ${receipt}.`,
    };
  });
}

/** An escrowed serial is never certified as no longer held. */
function escrowCopies(escrows: CopyFacts['escrows']): CoverageEntry[] {
  if (escrows.length === 0) return [{ copy: 'escrow', finding: 'unknown', reason: 'No order is recorded.' }];
  return escrows.map(({ order, escrow }) => {
    if (escrow !== 'none')
      return { copy: 'escrow', finding: 'out_of_reach', reason: `${order}: escrow ${escrow}.` };
    return {
      copy: 'escrow',
      finding: 'attested',
      by: order,
      statement: 'The terms of the order name no escrow.',
    };
  });
}
