import { DomainError } from './errors.ts';
import type { Range } from './ranges.ts';
import { printSerials, type SerialSpace } from './serials.ts';

export const CUSTODIES = [
  'reserved',
  'dispatched',
  'burned',
  'assigned',
  'delivered',
  'scrapped',
  'lost',
  'void',
] as const;
export const SEED_STATES = ['none', 'living', 'shredding', 'shredded'] as const;
export const LOT_STATES = [
  'ordered',
  'generating',
  'sealed',
  'dispatched',
  'received',
  'produced',
  'closed',
  'cancelled',
  'lost',
] as const;

export const REPORT_STATES = ['received', 'judged', 'refused', 'accepted'] as const;
export const DELIVERY_STATES = ['assigned', 'exported', 'delivered', 'received', 'cancelled'] as const;

export type Custody = (typeof CUSTODIES)[number];
export type SeedState = (typeof SEED_STATES)[number];
export type LotState = (typeof LOT_STATES)[number];
export type ReportState = (typeof REPORT_STATES)[number];
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Every legal step of a lot, of the two axes of a serial, of a report's part and of a delivery. What is not here is refused. */
export const TRANSITIONS = {
  custody: {
    reserved: ['dispatched'],
    dispatched: ['burned', 'scrapped', 'lost'],
    burned: ['assigned'],
    assigned: ['delivered', 'burned', 'void'],
    delivered: ['void'],
    scrapped: [],
    lost: [],
    void: [],
  },
  seed: { none: ['living'], living: ['shredding'], shredding: ['shredded'], shredded: [] },
  lot: {
    ordered: ['generating', 'cancelled'],
    generating: ['sealed', 'cancelled', 'lost'],
    sealed: ['dispatched', 'cancelled', 'lost'],
    dispatched: ['received', 'cancelled', 'lost'],
    received: ['produced', 'lost'],
    produced: ['closed', 'lost'],
    closed: [],
    cancelled: [],
    lost: [],
  },
  report: {
    received: ['judged', 'refused'],
    judged: ['accepted', 'refused'],
    refused: [],
    accepted: [],
  },
  delivery: {
    assigned: ['exported', 'cancelled'],
    exported: ['delivered', 'cancelled'],
    delivered: ['received'],
    received: [],
    cancelled: [],
  },
} as const satisfies {
  custody: Record<Custody, readonly Custody[]>;
  seed: Record<SeedState, readonly SeedState[]>;
  lot: Record<LotState, readonly LotState[]>;
  report: Record<ReportState, readonly ReportState[]>;
  delivery: Record<DeliveryState, readonly DeliveryState[]>;
};

export type Axis = 'custody' | 'seed';

/** The states from which `to` may be reached on `axis`. */
export function sources(axis: 'custody', to: Custody): Custody[];
export function sources(axis: 'seed', to: SeedState): SeedState[];
export function sources(axis: Axis, to: Custody | SeedState): string[] {
  const table: Record<string, readonly string[]> = TRANSITIONS[axis];
  return Object.keys(table).filter(from => table[from]?.includes(to));
}

export function assertLotTransition(lot: string, from: LotState, to: LotState): void {
  const legal: readonly LotState[] = TRANSITIONS.lot[from];
  if (legal.includes(to)) return;
  throw new DomainError('transition_refused', `Lot ${lot} is ${from}; it cannot become ${to}`);
}

/** Throws `transition_refused`. */
export function assertReportTransition(report: string, from: ReportState, to: ReportState): void {
  const legal: readonly ReportState[] = TRANSITIONS.report[from];
  if (legal.includes(to)) return;
  throw new DomainError('transition_refused', `Report ${report} is ${from}; it cannot become ${to}`);
}

/** Throws `transition_refused`. */
export function assertDeliveryTransition(delivery: string, from: DeliveryState, to: DeliveryState): void {
  const legal: readonly DeliveryState[] = TRANSITIONS.delivery[from];
  if (legal.includes(to)) return;
  throw new DomainError('transition_refused', `Delivery ${delivery} is ${from}; it cannot become ${to}`);
}

/** Serials that stand in the way of a transition. */
export interface Obstacle {
  readonly range: Range;
  readonly state: string;
}

/** Throws `transition_refused` naming the ranges in the way (the first ten), unless there are none. */
export function assertNoObstacle(
  space: SerialSpace,
  axis: Axis,
  to: string,
  obstacles: readonly Obstacle[],
): void {
  if (obstacles.length === 0) return;
  const named = obstacles.slice(0, 10).map(({ range, state }) => `${printSerials(space, range)} (${state})`);
  const more = obstacles.length > named.length ? ` and ${obstacles.length - named.length} more ranges` : '';
  throw new DomainError(
    'transition_refused',
    `The ${axis} of these serials cannot become ${to}: ${named.join(', ')}${more}`,
  );
}
