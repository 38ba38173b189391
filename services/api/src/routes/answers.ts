import {
  CUSTODIES,
  DELIVERY_STATES,
  exportFormatSchema,
  LOT_STATES,
  nameSchema,
  productSchema,
  retentionSchema,
  roleSchema,
  SEED_STATES,
  SERIAL_RESULTS,
  SHRED_REASONS,
  SHRED_STATES,
} from '@seedlot/domain';
import { z } from 'zod';

/** What answers are made of. An answer is parsed with its schema on the way out: what no schema names never leaves. */

/** The ledger gives times as Date, or as PostgreSQL prints them inside JSON. */
export const instant = z
  .union([z.date(), z.string()])
  .transform(value => new Date(value).toISOString())
  .pipe(z.iso.datetime());

const fingerprint = z.string().regex(/^[0-9A-F]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Shown once: null where an answer is given again. */
const token = z
  .string()
  .nullable()
  .meta({ description: 'The bearer token, shown this once; null when the answer is replayed' });

export const callerSchema = z.object({
  name: z.literal('seedlot'),
  version: z.string(),
  actor: z.object({
    id: z.string(),
    kind: z.enum(['staff', 'factory', 'customer']),
    role: roleSchema.nullable(),
  }),
});

export const staffSchema = z
  .object({
    staff: z.string(),
    name: z.string(),
    role: roleSchema,
    addedAt: instant,
  })
  .meta({ id: 'Staff' });

export const staffAddedSchema = z.object({ staff: z.string(), token });

export const productViewSchema = z
  .object({ ...productSchema.shape, addedAt: instant })
  .meta({ id: 'Product' });

const keyView = {
  fingerprint,
  keyExpiresAt: instant.nullable(),
  addedAt: instant,
  keys: z
    .array(
      z.object({
        fingerprint,
        pinnedAt: instant,
        expiresAt: instant.nullable(),
        replacedAt: instant.nullable(),
      }),
    )
    .readonly()
    .meta({ description: 'Every key that was ever pinned, the newest first' }),
};

export const factorySchema = z
  .object({
    factory: nameSchema,
    seedEncoding: z.enum(['hex', 'base32']),
    fileDays: z.int().meta({ description: 'Days after a receipt until the key of its file is erased' }),
    ...keyView,
  })
  .meta({ id: 'Factory' });

export const customerSchema = z.object({ customer: nameSchema, ...keyView }).meta({ id: 'Customer' });

export const factoryAddedSchema = z.object({ factory: nameSchema, fingerprint, token });

export const customerAddedSchema = z.object({ customer: nameSchema, fingerprint, token });

const serials = { firstSerial: z.string(), lastSerial: z.string() };

export const orderViewSchema = z
  .object({
    order: z.string(),
    lot: z.string(),
    state: z.enum(LOT_STATES).meta({ description: 'Of its lot' }),
    product: nameSchema,
    factory: nameSchema,
    customer: nameSchema.nullable(),
    quantity: z.int(),
    ...serials,
    retention: retentionSchema,
    nonProduction: z.boolean(),
    placedBy: z.string(),
    placedAt: instant,
  })
  .meta({ id: 'Order' });

const fileView = {
  file: z.string(),
  version: z.int(),
  size: z.int().meta({ description: 'Bytes of the OpenPGP message' }),
  sha256: sha256.meta({ description: 'Of the OpenPGP message' }),
  recipient: fingerprint,
  signer: fingerprint,
  published: z
    .boolean()
    .meta({ description: "Whether the lot's records are published: before that, no download" }),
  madeAt: instant,
  downloadedAt: instant.nullable(),
  receivedAt: instant.nullable(),
  wrongReceipts: z.int(),
  locked: z.boolean(),
};

export const fileSchema = z.object(fileView).meta({ id: 'File', description: 'The factory file' });

const failure = z
  .object({ step: z.string(), code: z.string(), attempts: z.int(), retryAt: instant })
  .nullable()
  .meta({ description: 'The last failure of a step that is still tried again' });

export const lotSchema = z
  .object({
    lot: z.string(),
    order: z.string(),
    state: z.enum(LOT_STATES),
    product: nameSchema,
    factory: nameSchema,
    quantity: z.int(),
    ...serials,
    pages: z.int(),
    pagesDone: z.int(),
    custody: z.partialRecord(z.enum(CUSTODIES), z.int()).meta({ description: 'Serials in each custody' }),
    seeds: z.partialRecord(z.enum(SEED_STATES), z.int()).meta({ description: 'Seeds in each state' }),
    file: fileSchema.nullable(),
    failure,
  })
  .meta({ id: 'Lot' });

export const deliverySchema = z
  .object({
    delivery: z.string(),
    customer: nameSchema,
    state: z.enum(DELIVERY_STATES),
    format: exportFormatSchema.meta({ description: 'Of the newest export that was asked for' }),
    quantity: z.int(),
    living: z.int().meta({ description: 'Serials that the customer has or is to get, and whose seeds live' }),
    serials: z
      .array(z.tuple([z.string(), z.string()]).readonly())
      .readonly()
      .meta({ description: 'The first hundred runs, first and last serial' }),
    ranges: z.int().meta({ description: 'Runs in all' }),
    products: z.array(nameSchema).readonly(),
    exportsWanted: z.int().meta({ description: 'Exports asked for so far' }),
    file: z
      .object({ ...fileView, format: exportFormatSchema, quantity: z.int(), fileName: z.string() })
      .meta({ id: 'Export' })
      .nullable(),
    failure,
    createdBy: z.string(),
    createdAt: instant,
    exportedAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    receivedAt: instant.nullable(),
    cancelledAt: instant.nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryMadeSchema = z.object({ delivery: z.string(), quantity: z.int() });

export const exportRequestedSchema = z.object({
  delivery: z.string(),
  request: z.int(),
  format: exportFormatSchema,
});

export const orderMadeSchema = z.object({ order: z.string(), lot: z.string() });

export const receiptSchema = z.object({
  lot: z.string(),
  file: z.string(),
  verdict: z.literal('accepted'),
});

export const vendorKeysSchema = z.object({
  items: z
    .array(z.object({ fingerprint, publicKey: z.string().meta({ description: 'Armored' }) }))
    .readonly(),
});

export const aliveSchema = z.object({ process: z.literal('ok') });

export const readinessSchema = z.object({
  database: z.literal('ok'),
  filesSlot: z.literal('ok'),
  objects: z.literal('ok'),
});

export const shredRequestedSchema = z.object({ shred: z.string(), quantity: z.int() });

const rootChange = z.object({ from: z.int(), to: z.int() }).nullable();

export const shredSchema = z
  .object({
    shred: z.string(),
    reason: z.enum(SHRED_REASONS),
    state: z.enum(SHRED_STATES).meta({ description: 'The last step that was taken' }),
    lot: z.string().nullable().meta({ description: 'The lot that it takes whole' }),
    quantity: z.int().meta({ description: 'Serials that it takes' }),
    serials: z
      .array(z.object({ first: z.string(), last: z.string() }))
      .readonly()
      .meta({ description: 'The first 100 runs of them' }),
    requestedBy: z.string().nullable(),
    requestedAt: instant,
    intendedAt: instant.nullable(),
    seedsRoot: rootChange.meta({ description: 'The roots of the seeds ring that it ended and began' }),
    filesRoot: rootChange.meta({ description: 'The same of the files ring' }),
    filesDropped: z.array(z.string()).readonly(),
    mirroredAt: instant.nullable(),
    rootsDestroyedAt: instant.nullable(),
    completedAt: instant.nullable(),
    abandonedAt: instant.nullable(),
  })
  .meta({ id: 'Shred' });

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).readonly(),
    next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one' }),
  });
}

export const exportReceiptSchema = z.object({
  delivery: z.string(),
  file: z.string(),
  verdict: z.literal('accepted'),
});

export const lotLostSchema = z.object({ lot: z.string(), quantity: z.int() });

export const serialViewSchema = z
  .object({
    serial: z.string(),
    product: nameSchema,
    lot: z.string(),
    custody: z.enum(CUSTODIES),
    seed: z.enum(SEED_STATES),
    delivery: z.string().nullable(),
    customer: nameSchema.nullable(),
    result: z.enum(SERIAL_RESULTS).nullable().meta({ description: 'What the accepted report says' }),
    sampled: z.boolean().meta({ description: 'Whether two counter-based codes of it were checked' }),
    files: z
      .array(
        z.object({
          file: z.string(),
          kind: z.enum(['factory', 'export']),
          state: z.enum(['current', 'replaced', 'dropped']),
        }),
      )
      .readonly(),
    life: z
      .array(
        z.object({
          at: z.iso.datetime(),
          actor: z.string(),
          type: z.string(),
          number: z.int().nullable().meta({ description: 'Its place in the log' }),
          summary: z.string(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Serial' });

const keyReplaced = { fingerprint, replaces: fingerprint };

export const factoryKeySchema = z.object({ factory: nameSchema, ...keyReplaced });

export const customerKeySchema = z.object({ customer: nameSchema, ...keyReplaced });

export const factoryTermsChangedSchema = z.object({ factory: nameSchema, fileDays: z.int() });
