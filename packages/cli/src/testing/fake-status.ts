import type { StatusView } from '../client/status-view.ts';

const NOW = '2026-02-03T04:05:06.789Z';
const NONE = { waiting: 0, active: 0, delayed: 0 };

/** Whole minutes before the status was made. */
function ago(minutes: number): string {
  return new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
}

const beating = { startedAt: ago(90), seenAt: NOW, late: false };

/** A system at work: nothing is late, something waits for everybody. */
export const CALM: StatusView = {
  at: NOW,
  lots: [
    { state: 'generating', count: 1, serials: 1_000_000 },
    { state: 'dispatched', count: 12, serials: 120_000 },
  ],
  deliveries: [{ state: 'delivered', count: 3, serials: 150 }],
  custody: { reserved: 1_000_000, dispatched: 119_850, delivered: 150 },
  seeds: { living: 1_120_000 },
  due: {
    total: 1,
    items: [
      { step: 'generate', subject: 'lot-000013', since: ago(2), underway: true, late: false, failure: null },
    ],
  },
  shreds: {
    total: 1,
    items: [
      {
        shred: 'shred-000001',
        lot: 'lot-000004',
        reason: 'requested',
        step: 'rotation',
        since: NOW,
        late: false,
      },
    ],
  },
  reports: {
    total: 1,
    items: [
      {
        lot: 'lot-000002',
        factory: 'acme',
        parts: 2,
        burned: 9900,
        scrapped: 100,
        quantity: 10_000,
        complete: true,
        since: ago(60),
      },
    ],
  },
  unfetched: { total: 1, items: [fileOut('file-000007', { delivery: 'delivery-000003' }, 'bank', 1500)] },
  receipts: { total: 1, items: [fileOut('file-000003', { lot: 'lot-000003' }, 'acme', 4400)] },
  caps: {
    total: 1,
    items: [
      {
        reason: 'stock_cap',
        lot: 'lot-000001',
        delivery: null,
        quantity: 500,
        serials: [['9900000000000', '9900000000499']],
        dueAt: '2026-02-16T04:05:06.000Z',
        withinDays: 14,
      },
    ],
  },
  termless: { total: 0, items: [] },
  shredder: { seenAt: '2026-02-03T04:05:05.000Z', overdueSince: null, late: false },
  queue: {
    kind: 'redis',
    reachable: true,
    jobs: { generate: { ...NONE, waiting: 2, active: 2 }, dispatch: NONE },
  },
  workers: [
    { service: 'notary', holder: 'vault:7', ...beating },
    { service: 'seed-generator', holder: 'vault:7', ...beating },
    { service: 'seed-generator', holder: 'vault:8', ...beating },
  ],
  notary: { lastNumbered: 1041, lastPublished: 1041, waiting: 0, since: null, late: false },
};

function fileOut(
  file: string,
  of: { lot: string } | { delivery: string },
  partner: string,
  minutes: number,
): StatusView['receipts']['items'][number] {
  const kind = 'lot' in of ? 'factory' : 'export';
  return { file, kind, lot: null, delivery: null, ...of, partner, locked: false, since: ago(minutes) };
}

/** The same system when much went wrong. */
export const TROUBLED: StatusView = {
  ...CALM,
  due: {
    total: 60,
    items: [
      {
        step: 'dispatch',
        subject: 'lot-000012',
        since: ago(31),
        underway: false,
        late: true,
        failure: { code: 'store_full', attempts: 9, failedAt: ago(1), retryAt: ago(-4) },
      },
      {
        step: 'export',
        subject: 'delivery-000002',
        since: ago(3),
        underway: false,
        late: true,
        failure: null,
      },
      ...CALM.due.items,
    ],
  },
  queue: { kind: 'redis', reachable: false, jobs: null },
  workers: [
    ...CALM.workers,
    { service: 'shredder', holder: 'vault:9', startedAt: ago(9000), seenAt: ago(130), late: true },
  ],
  notary: { lastNumbered: 1041, lastPublished: 1040, waiting: 7, since: ago(2), late: true },
};
