import type { DueStepView, FileOutView, StatusView } from '../client/status-view.ts';
import { count, duration } from '../output/figures.ts';

/** One thing that somebody should know of. */
export interface StatusRow {
  /** Whose turn it is, or what it is about. */
  readonly who: string;
  /** For how long. */
  readonly age: string;
  readonly what: string;
}

/** What should not be as it is. Nothing of it: the system keeps up. */
export function lateRows(status: StatusView): StatusRow[] {
  const { due, shreds, workers, queue, notary, shredder, termless } = status;
  const age = agesAt(status);
  return [
    ...(queue.reachable
      ? []
      : [{ who: `queue on ${queue.kind}`, age: '', what: 'does not answer; work is found by sweeps' }]),
    ...workers
      .filter(one => one.late)
      .map(one => ({ who: one.service, age: age(one.seenAt), what: `not seen, was ${one.holder}` })),
    ...due.items
      .filter(one => one.late)
      .map(one => ({ who: subjectOf(one), age: age(one.since), what: troubleOf(one, status.at) })),
    ...shreds.items
      .filter(one => one.late)
      .map(one => ({ who: one.shred, age: age(one.since), what: `waits for its ${one.step}` })),
    ...(shredder.late ? [shredderRow(shredder, age)] : []),
    ...termless.items.map(one => ({
      who: one.lot,
      age: age(one.since),
      what: `${count(one.quantity)} seeds that no term ends: give them a cap or shred them`,
    })),
    ...(notary.late && notary.since !== null
      ? [{ who: 'notary', age: age(notary.since), what: `${count(notary.waiting)} records wait` }]
      : []),
  ];
}

function shredderRow({ seenAt, overdueSince }: StatusView['shredder'], age: (since: string) => string) {
  if (overdueSince !== null) {
    return { who: 'shredder', age: age(overdueSince), what: 'the retention clock stands: seeds are overdue' };
  }
  return {
    who: 'shredder',
    age: seenAt === null ? '' : age(seenAt),
    what: 'does not run: nothing that falls due is shredded',
  };
}

/** Seeds that a cap ends within a month, with the serials in question. */
export function capRows({ caps, at }: StatusView): StatusRow[] {
  return caps.items.map(({ lot, delivery, quantity, serials, dueAt, withinDays }) => ({
    who: delivery ?? lot ?? '',
    age: secondsBetween(at, dueAt),
    what: `${count(quantity)} end within ${withinDays} d: ${serials.map(runOf).join(', ')}`,
  }));
}

function runOf([first, last]: readonly [string, string]): string {
  return first === last ? first : `${first}–${last}`;
}

/** What only people can bring further. */
export function peopleRows(status: StatusView): StatusRow[] {
  const age = agesAt(status);
  const files = (items: readonly FileOutView[], verb: string) =>
    items.map(one => ({
      who: one.partner,
      age: age(one.since),
      what: `${verb} ${one.file} of ${ownerOf(one)}`,
    }));
  return [
    ...status.reports.items.map(({ lot, factory, complete, burned, scrapped, quantity, since }) => {
      const [who, what] = complete
        ? ['ops', `accept report of ${lot}: ${count(scrapped)} of ${count(quantity)} scrapped`]
        : [factory, `report the rest of ${lot}: ${count(burned + scrapped)} of ${count(quantity)} are in`];
      return { who, age: age(since), what };
    }),
    ...files(status.unfetched.items, 'download'),
    ...status.receipts.items.map(one => ({
      who: one.locked ? 'approver' : one.partner,
      age: age(one.since),
      what: `${one.locked ? 'unlock' : 'return the receipt for'} ${one.file} of ${ownerOf(one)}`,
    })),
  ];
}

/** What the services are at, or will be at their next look. */
export function dueRows(status: StatusView): StatusRow[] {
  const age = agesAt(status);
  return [
    ...status.due.items
      .filter(one => !one.late)
      .map(one => ({
        who: subjectOf(one),
        age: age(one.since),
        what: one.underway ? 'under way' : 'next',
      })),
    ...status.shreds.items
      .filter(one => !one.late)
      .map(one => ({ who: one.shred, age: age(one.since), what: `next: ${one.step}` })),
  ];
}

/** Things beyond those that the server lists. */
export function unlisted(status: StatusView): number {
  const { due, shreds, reports, unfetched, receipts, caps, termless } = status;
  return [due, shreds, reports, unfetched, receipts, caps, termless].reduce(
    (sum, { total, items }) => sum + Math.max(0, total - items.length),
    0,
  );
}

function agesAt({ at }: StatusView): (since: string) => string {
  return since => secondsBetween(since, at);
}

/** Both are the server's: its clock counts. Empty where a time is none. */
function secondsBetween(from: string, to: string): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isNaN(seconds) ? '' : duration(seconds);
}

function subjectOf({ step, subject }: DueStepView): string {
  return `${step} ${subject}`;
}

function troubleOf({ failure, underway }: DueStepView, at: string): string {
  if (failure === null) return 'nobody has taken it';
  const next = underway ? 'trying now' : `next try in ${secondsBetween(at, failure.retryAt)}`;
  return `${failure.code}, failed ${failure.attempts}x, ${next}`;
}

function ownerOf({ lot, delivery }: FileOutView): string {
  return delivery ?? lot ?? 'nothing';
}
