import { CUSTODIES, DELIVERY_STATES, LOT_STATES, SEED_STATES, SHRED_REASONS } from '@seedlot/domain';
import { z } from 'zod';
import { instant } from './answers.ts';

const late = z
  .boolean()
  .meta({ description: 'Fails, or has waited for longer than a system at work lets it' });

function stateCounts<const State extends string>(states: readonly State[]) {
  return z
    .array(z.object({ state: z.enum(states), count: z.int(), serials: z.int() }))
    .readonly()
    .meta({ description: 'Each state that anything stands in' });
}

/** The oldest of many; `total` counts all. */
function listing<Item extends z.ZodType>(item: Item) {
  return z.object({ total: z.int(), items: z.array(item).readonly() });
}

const dueSchema = z
  .object({
    step: z.string(),
    subject: z.string(),
    since: instant,
    underway: z.boolean().meta({ description: 'Whether a worker holds it just now' }),
    late,
    failure: z
      .object({ code: z.string(), attempts: z.int(), failedAt: instant, retryAt: instant })
      .nullable(),
  })
  .meta({ description: 'A step that a service has to take' });

const shredSchema = z.object({
  shred: z.string(),
  lot: z.string().nullable().meta({ description: 'Where it takes a lot whole' }),
  reason: z.enum(SHRED_REASONS),
  step: z
    .enum(['intent', 'rotation', 'mirror', 'destruction', 'completion'])
    .meta({ description: 'What it does next' }),
  since: instant,
  late,
});

const reportSchema = z.object({
  lot: z.string(),
  factory: z.string(),
  parts: z.int(),
  burned: z.int(),
  scrapped: z.int(),
  quantity: z.int(),
  complete: z
    .boolean()
    .meta({ description: 'True: it waits for ops to accept it; false: for more parts from the factory' }),
  since: instant,
});

const fileOutSchema = z.object({
  file: z.string(),
  kind: z.enum(['factory', 'export']),
  lot: z.string().nullable(),
  delivery: z.string().nullable(),
  partner: z.string().meta({ description: 'The factory or customer whose turn it is' }),
  locked: z.boolean(),
  since: instant,
});

const queueSchema = z.object({
  kind: z.string(),
  reachable: z.boolean(),
  jobs: z
    .record(z.string(), z.object({ waiting: z.int(), active: z.int(), delayed: z.int() }))
    .nullable()
    .meta({ description: 'By name; null where it does not answer' }),
});

const workerSchema = z.object({
  service: z.string(),
  holder: z.string(),
  startedAt: instant,
  seenAt: instant,
  late,
});

const capSchema = z.object({
  reason: z.enum(['stock_cap', 'export_cap']),
  lot: z.string().nullable(),
  delivery: z.string().nullable(),
  quantity: z.int(),
  serials: z
    .array(z.tuple([z.string(), z.string()]).readonly())
    .readonly()
    .meta({ description: 'The first runs, first and last serial' }),
  dueAt: instant,
  withinDays: z
    .union([z.literal(3), z.literal(14), z.literal(30)])
    .meta({ description: 'The nearest of these that are left at most' }),
});

const termlessSchema = z.object({ lot: z.string(), quantity: z.int(), since: instant });

const shredderSchema = z.object({
  seenAt: instant.nullable().meta({ description: 'When a shredder was last seen; null where none runs' }),
  overdueSince: instant.nullable().meta({ description: 'When the oldest fell due that no shred takes yet' }),
  late,
});

const notarySchema = z.object({
  lastNumbered: z.int().nullable(),
  lastPublished: z.int().nullable(),
  waiting: z.int().meta({ description: 'Records that are not published yet' }),
  since: instant.nullable().meta({ description: 'When the oldest of them was written' }),
  late,
});

export const statusSchema = z
  .object({
    at: instant,
    lots: stateCounts(LOT_STATES),
    deliveries: stateCounts(DELIVERY_STATES),
    custody: z.partialRecord(z.enum(CUSTODIES), z.int()),
    seeds: z.partialRecord(z.enum(SEED_STATES), z.int()),
    due: listing(dueSchema),
    shreds: listing(shredSchema),
    reports: listing(reportSchema),
    unfetched: listing(fileOutSchema).meta({ description: 'Files that nobody has downloaded yet' }),
    receipts: listing(fileOutSchema).meta({ description: 'Downloaded files without a receipt' }),
    caps: listing(capSchema).meta({ description: 'Seeds whose cap comes within 30 days' }),
    termless: listing(termlessSchema).meta({ description: 'Seeds that no term ends, a year old and more' }),
    shredder: shredderSchema,
    queue: queueSchema,
    workers: z.array(workerSchema).readonly(),
    notary: notarySchema,
  })
  .meta({ id: 'Status' });
