import { z } from 'zod';

/** What `GET /v1/status` answers, as far as it is shown; times are ISO 8601, texts attacker-controlled. */
const time = z.string();
const name = z.string();

const stateCount = z.looseObject({ state: name, count: z.int(), serials: z.number() });

function listing<Item extends z.ZodType>(item: Item) {
  return z.looseObject({ total: z.int(), items: z.array(item) });
}

const dueStep = z.looseObject({
  step: name,
  subject: name,
  since: time,
  underway: z.boolean(),
  late: z.boolean(),
  failure: z.looseObject({ code: name, attempts: z.int(), failedAt: time, retryAt: time }).nullable(),
});

const openShred = z.looseObject({
  shred: name,
  lot: name.nullable(),
  reason: name,
  step: name,
  since: time,
  late: z.boolean(),
});

const awaitedReport = z.looseObject({
  lot: name,
  factory: name,
  parts: z.int(),
  burned: z.int(),
  scrapped: z.int(),
  quantity: z.int(),
  complete: z.boolean(),
  since: time,
});

const fileOut = z.looseObject({
  file: name,
  kind: name,
  lot: name.nullable(),
  delivery: name.nullable(),
  partner: name,
  locked: z.boolean(),
  since: time,
});

const jobCounts = z.looseObject({ waiting: z.int(), active: z.int(), delayed: z.int() });

const worker = z.looseObject({
  service: name,
  holder: name,
  startedAt: time,
  seenAt: time,
  late: z.boolean(),
});

const cap = z.looseObject({
  reason: name,
  lot: name.nullable(),
  delivery: name.nullable(),
  quantity: z.int(),
  serials: z.array(z.tuple([name, name])),
  dueAt: time,
  withinDays: z.int(),
});

const termless = z.looseObject({ lot: name, quantity: z.int(), since: time });

export const statusView = z.looseObject({
  at: time,
  lots: z.array(stateCount),
  deliveries: z.array(stateCount),
  custody: z.record(z.string(), z.number()),
  seeds: z.record(z.string(), z.number()),
  due: listing(dueStep),
  shreds: listing(openShred),
  reports: listing(awaitedReport),
  unfetched: listing(fileOut),
  receipts: listing(fileOut),
  caps: listing(cap),
  termless: listing(termless),
  shredder: z.looseObject({ seenAt: time.nullable(), overdueSince: time.nullable(), late: z.boolean() }),
  queue: z.looseObject({
    kind: name,
    reachable: z.boolean(),
    jobs: z.record(z.string(), jobCounts).nullable(),
  }),
  workers: z.array(worker),
  notary: z.looseObject({
    lastNumbered: z.int().nullable(),
    lastPublished: z.int().nullable(),
    waiting: z.int(),
    since: time.nullable(),
    late: z.boolean(),
  }),
});

export type StatusView = z.output<typeof statusView>;
export type DueStepView = z.output<typeof dueStep>;
export type FileOutView = z.output<typeof fileOut>;
