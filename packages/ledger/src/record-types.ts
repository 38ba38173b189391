import {
  exportFormatSchema,
  nameSchema,
  oathSchema,
  retentionSchema,
  roleSchema,
  SHRED_REASONS,
} from '@seedlot/domain';
import { RING_NAMES } from '@seedlot/erasable';
import { z } from 'zod';

const id = z.string().min(1).max(80);
const order = z.string().regex(/^order-\d{6,}$/);
const lot = z.string().regex(/^lot-\d{6,}$/);
const file = z.string().regex(/^file-\d{6,}$/);
const report = z.string().regex(/^report-\d{6,}$/);
const delivery = z.string().regex(/^delivery-\d{6,}$/);
const rootMove = z.string().regex(/^root-move-\d{6,}$/);
const shred = z.string().regex(/^shred-\d{6,}$/);
const hold = z.string().regex(/^hold-\d{6,}$/);
const fingerprint = z.string().regex(/^[0-9A-F]{40}$/);
const serial = z.string().max(64);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Runs of printed serials, first and last; a longer list goes on in the next record of its kind. */
const serials = z
  .array(z.tuple([serial, serial]))
  .min(1)
  .max(1000);
const ring = z.enum(RING_NAMES);
const rootChange = z.strictObject({ from: z.int(), to: z.int() }).nullable();

const shredReasonSchema = z.enum(SHRED_REASONS);
/** What a file, or a hold, is of: a lot or a delivery. */
const ofFile = { lot: lot.optional(), delivery: delivery.optional() };

/** What each type of record says beside its id, time and actor: public facts only, no person but by actor id. */
export const RECORD_TYPES = {
  'staff.added': z.strictObject({ staff: id, role: roleSchema }),
  'product.added': z.strictObject({
    product: nameSchema,
    oath: oathSchema,
    seedLength: z.int(),
    serial: z.strictObject({ prefix: z.string(), width: z.int() }),
    programmable: z.boolean(),
    scrapLimitPercent: z.number(),
  }),
  'factory.added': z.strictObject({
    factory: nameSchema,
    seedEncoding: z.enum(['hex', 'base32']),
    fileDays: z.int().optional(),
    fingerprint,
  }),
  'customer.added': z.strictObject({ customer: nameSchema, fingerprint }),
  'key.replaced': z.strictObject({ holder: id, fingerprint, replaces: fingerprint }),
  'token.issued': z.strictObject({ token: z.uuid(), holder: id }),
  'order.placed': z.strictObject({
    order,
    lot,
    product: nameSchema,
    factory: nameSchema,
    customer: nameSchema.optional(),
    quantity: z.int(),
    firstSerial: serial,
    lastSerial: serial,
    retention: retentionSchema,
    nonProduction: z.boolean(),
  }),
  'order.cancelled': z.strictObject({ order, lot }),
  'lot.lost': z.strictObject({ lot, reason: z.string() }),
  'lot.closed': z.strictObject({ lot }),
  'lot.generating': z.strictObject({ lot, pages: z.int() }),
  'lot.sealed': z.strictObject({ lot, pages: z.int(), quantity: z.int(), pagesSha256: sha256 }),
  'signing-key.made': z.strictObject({ fingerprint }),
  'file.made': z.strictObject({
    file,
    lot: lot.optional(),
    delivery: delivery.optional(),
    kind: z.enum(['factory', 'export']),
    format: exportFormatSchema.optional(),
    quantity: z.int(),
    version: z.int(),
    size: z.int(),
    messageSha256: sha256,
    recipient: fingerprint,
    signer: fingerprint,
  }),
  'file.requested': z.strictObject({ lot, request: z.int() }),
  'file.replaced': z.strictObject({ file, ...ofFile }),
  'file.downloaded': z.strictObject({ file, ...ofFile, fromByte: z.int(), size: z.int() }),
  'file.locked': z.strictObject({ file, ...ofFile, wrongReceipts: z.int() }),
  'file.unlocked': z.strictObject({ file, ...ofFile }),
  'receipt.accepted': z.strictObject({ file, ...ofFile }),
  'receipt.refused': z.strictObject({ file, ...ofFile, inARow: z.int() }),
  'report.received': z.strictObject({
    report,
    lot,
    size: z.int(),
    csvSha256: sha256,
    signer: fingerprint,
  }),
  'report.judged': z.strictObject({
    report,
    lot,
    burned: z.int(),
    scrapped: z.int(),
    samples: z.int(),
  }),
  'report.refused': z.strictObject({ report, lot, faults: z.int() }),
  'report.accepted': z.strictObject({
    lot,
    reports: z.array(report).min(1),
    burned: z.int(),
    scrapped: z.int(),
    samples: z.int(),
  }),
  'serials.scrapped': z.strictObject({ lot, serials }),
  'serials.lost': z.strictObject({ lot, serials }),
  'serials.assigned': z.strictObject({ delivery, serials }),
  'serials.voided': z.strictObject({ serials, reason: z.string() }),
  'delivery.created': z.strictObject({
    delivery,
    customer: nameSchema,
    format: exportFormatSchema,
    quantity: z.int(),
  }),
  'delivery.cancelled': z.strictObject({ delivery }),
  'export.requested': z.strictObject({ delivery, format: exportFormatSchema, request: z.int() }),
  'factory.changed': z.strictObject({ factory: nameSchema, fileDays: z.int() }),
  'retention.extended': z.strictObject({
    lot: lot.optional(),
    delivery: delivery.optional(),
    until: z.iso.datetime(),
  }),
  /** The shredder runs: how much is due, and whether any of it for longer than it should. */
  'shredder.alive': z.strictObject({ due: z.int(), late: z.boolean() }),
  'shred.requested': z.strictObject({
    shred,
    lot: lot.optional(),
    delivery: delivery.optional(),
    reason: shredReasonSchema,
    quantity: z.int(),
    files: z.array(file).optional(),
    report: report.optional(),
  }),
  'shred.serials': z.strictObject({ shred, serials }),
  'shred.intent': z.strictObject({
    shred,
    lot: lot.optional(),
    reason: shredReasonSchema,
    quantity: z.int(),
  }),
  'shred.completed': z.strictObject({
    shred,
    lot: lot.optional(),
    quantity: z.int(),
    seedsRoot: rootChange,
    filesRoot: rootChange,
    filesDropped: z.array(file),
  }),
  'recovery.done': z.strictObject({
    seedsRoot: rootChange,
    filesRoot: rootChange,
    recordsAdopted: z.int(),
    lotsLost: z.array(lot),
    filesDropped: z.int(),
  }),
  'drill.held': z.strictObject({
    backupTakenAt: z.iso.datetime(),
    lots: z.int(),
    livingOpened: z.int(),
    shreddedSince: z.int(),
    passed: z.boolean(),
  }),
  'shred.abandoned': z.strictObject({
    shred,
    lot: lot.optional(),
    code: z.string(),
    hold: hold.optional(),
  }),
  'hold.set': z.strictObject({
    hold,
    lot: lot.optional(),
    delivery: delivery.optional(),
    customer: nameSchema.optional(),
    reason: z.string(),
    endsAt: z.iso.datetime(),
    lapsesAt: z.iso.datetime(),
  }),
  'hold.serials': z.strictObject({ hold, serials }),
  'hold.confirmed': z.strictObject({ hold, ...ofFile }),
  'hold.lifted': z.strictObject({ hold, ...ofFile }),
  /** The kinds of slots, `file`, `pkcs11`: where they are is nobody's business. */
  'root-move.begun': z.strictObject({ rootMove, ring, from: z.string(), to: z.string() }),
  'root-move.completed': z.strictObject({ rootMove, ring, root: rootChange }),
  'root-move.abandoned': z.strictObject({ rootMove, ring }),
} as const;

export type RecordType = keyof typeof RECORD_TYPES;
export type RecordFields<T extends RecordType> = z.input<(typeof RECORD_TYPES)[T]>;
