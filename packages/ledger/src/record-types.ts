import { nameSchema, oathSchema, retentionSchema, roleSchema } from '@seedlot/domain';
import { z } from 'zod';

const id = z.string().min(1).max(80);
const order = z.string().regex(/^order-\d{6,}$/);
const lot = z.string().regex(/^lot-\d{6,}$/);
const file = z.string().regex(/^file-\d{6,}$/);
const shred = z.string().regex(/^shred-\d{6,}$/);
const fingerprint = z.string().regex(/^[0-9A-F]{40}$/);
const serial = z.string().max(64);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const rootChange = z.strictObject({ from: z.int(), to: z.int() }).nullable();

/** What each type of record says beside its id, time and actor: public facts only, no person but by actor id. */
export const RECORD_TYPES = {
  'staff.added': z.strictObject({ staff: id, role: roleSchema }),
  'product.added': z.strictObject({
    product: nameSchema,
    oath: oathSchema,
    seedLength: z.int(),
    serial: z.strictObject({ prefix: z.string(), width: z.int() }),
    programmable: z.boolean(),
  }),
  'factory.added': z.strictObject({
    factory: nameSchema,
    seedEncoding: z.enum(['hex', 'base32']),
    fingerprint,
  }),
  'customer.added': z.strictObject({ customer: nameSchema, fingerprint }),
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
  'lot.generating': z.strictObject({ lot, pages: z.int() }),
  'lot.sealed': z.strictObject({ lot, pages: z.int(), quantity: z.int(), pagesSha256: sha256 }),
  'signing-key.made': z.strictObject({ fingerprint }),
  'file.made': z.strictObject({
    file,
    lot,
    kind: z.literal('factory'),
    version: z.int(),
    size: z.int(),
    messageSha256: sha256,
    recipient: fingerprint,
    signer: fingerprint,
  }),
  'file.downloaded': z.strictObject({ file, lot, fromByte: z.int(), size: z.int() }),
  'file.locked': z.strictObject({ file, lot, wrongReceipts: z.int() }),
  'file.unlocked': z.strictObject({ file, lot }),
  'receipt.accepted': z.strictObject({ file, lot }),
  'receipt.refused': z.strictObject({ file, lot, inARow: z.int() }),
  'shred.intent': z.strictObject({
    shred,
    lot,
    reason: z.enum(['order_cancelled']),
    firstSerial: serial,
    lastSerial: serial,
  }),
  'shred.completed': z.strictObject({
    shred,
    lot,
    seedsRoot: rootChange,
    filesRoot: rootChange,
    filesDropped: z.array(file),
  }),
  'shred.abandoned': z.strictObject({ shred, lot, code: z.string() }),
} as const;

export type RecordType = keyof typeof RECORD_TYPES;
export type RecordFields<T extends RecordType> = z.input<(typeof RECORD_TYPES)[T]>;
