import { z } from 'zod';

/**
 * What the API answers, as far as the commands read it. Fields that a newer server adds are kept for `--json`; texts
 * stay attacker-controlled until they are printed. Times are ISO 8601.
 */
const time = z.string();
const name = z.string();

export const staffView = z.looseObject({ staff: name, name: z.string(), role: name, addedAt: time });

export const productView = z.looseObject({
  product: name,
  manufacturer: z.string(),
  model: z.string(),
  oath: z.looseObject({ type: name, hash: name, digits: z.int(), period: z.int().optional() }),
  seedLength: z.int(),
  serial: z.looseObject({ prefix: z.string(), width: z.int() }),
  programmable: z.boolean(),
  scrapLimitPercent: z.number(),
  addedAt: time,
});

const partner = {
  fingerprint: z.string(),
  keyExpiresAt: time.nullable(),
  addedAt: time,
  /** Every key that was ever pinned, the newest first. */
  keys: z.array(
    z.looseObject({
      fingerprint: z.string(),
      pinnedAt: time,
      expiresAt: time.nullable(),
      replacedAt: time.nullable(),
    }),
  ),
};

export const partnerView = z.looseObject(partner);

export const factoryView = z.looseObject({
  factory: name,
  seedEncoding: name,
  fileDays: z.int(),
  ...partner,
});

export const factoryChanged = z.looseObject({ factory: name, fileDays: z.int() });

export const customerView = z.looseObject({ customer: name, ...partner });

const block = { quantity: z.int(), firstSerial: z.string(), lastSerial: z.string() };

const retention = z.looseObject({
  terms: z.string(),
  daysAfterReceipt: z.int().optional(),
  capDays: z.int().nullable().optional(),
});

export const orderView = z.looseObject({
  order: name,
  lot: name,
  state: name,
  product: name,
  factory: name,
  customer: name.nullable(),
  ...block,
  retention,
  nonProduction: z.boolean(),
  placedBy: name,
  placedAt: time,
});

export const fileView = z.looseObject({
  file: name,
  version: z.int(),
  size: z.int().min(0),
  sha256: z.string(),
  recipient: z.string(),
  signer: z.string(),
  published: z.boolean(),
  madeAt: time,
  downloadedAt: time.nullable(),
  receivedAt: time.nullable(),
  wrongReceipts: z.int(),
  locked: z.boolean(),
});

export const failureView = z.looseObject({ step: name, code: name, attempts: z.int(), retryAt: time });

export const lotView = z.looseObject({
  lot: name,
  order: name,
  state: name,
  product: name,
  factory: name,
  ...block,
  pages: z.int().min(0),
  pagesDone: z.int().min(0),
  custody: z.record(z.string(), z.number()),
  seeds: z.record(z.string(), z.number()),
  file: fileView.nullable(),
  failure: failureView.nullable(),
});

export const vendorKeyView = z.looseObject({ fingerprint: z.string(), publicKey: z.string() });

export const vendorKeys = z.looseObject({ items: z.array(vendorKeyView) });

/** A secret that is shown once: a replayed answer comes without it. */
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/)
  .nullish();

export const staffAdded = z.looseObject({ staff: name, token });
export const partnerAdded = z.looseObject({ fingerprint: z.string(), token });
export const keyReplaced = z.looseObject({ fingerprint: z.string(), replaces: z.string() });
export const productAdded = z.looseObject({ product: name });
export const orderOfLot = z.looseObject({ order: name, lot: name });
export const fileUnlocked = z.looseObject({ file: name });
export const receiptAccepted = z.looseObject({ lot: name, file: name, verdict: z.string() });

export type StaffView = z.output<typeof staffView>;
export type ProductView = z.output<typeof productView>;
export type OrderView = z.output<typeof orderView>;
export type LotView = z.output<typeof lotView>;
export type FactoryView = z.output<typeof factoryView>;
export type VendorKeyView = z.output<typeof vendorKeyView>;
