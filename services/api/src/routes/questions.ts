import { exportFormatSchema, nameSchema, retentionDaysSchema, roleSchema } from '@seedlot/domain';
import { z } from 'zod';

/** What requests are made of. All of it is attacker-controlled: strict objects, every length bounded. */

/** Bytes of a body at most, unless its route says otherwise. */
export const BODY_LIMIT = 16 * 1024;

/** The same where a key comes in: as JSON it is a little longer than the key's own limit. */
export const KEY_BODY_LIMIT = 1024 * 1024;

/** Bytes of one part of a production report at most: a lot of the largest size, with samples. */
export const REPORT_LIMIT = 2 * 1024 ** 3;

/** An id or name in a path. A text of another form names nothing. */
export const idSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/);

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items on a page' }),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before' }),
});

export const staffRequestSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters'),
  role: roleSchema,
});

const publicKey = z
  .string()
  .max(KEY_BODY_LIMIT)
  .meta({ description: 'One OpenPGP public key, armored (`gpg --armor --export`)' });

export const factoryRequestSchema = z.strictObject({
  factory: nameSchema,
  seedEncoding: z.enum(['hex', 'base32']).default('hex').meta({ description: 'How its files print seeds' }),
  fileDays: retentionDaysSchema
    .default(30)
    .meta({ description: 'Days that its files may be fetched again once their receipt is in' }),
  publicKey,
});

export const factoryTermsSchema = z.strictObject({ fileDays: retentionDaysSchema });

export const customerRequestSchema = z.strictObject({ customer: nameSchema, publicKey });

export const keyRequestSchema = z.strictObject({ publicKey });

export const receiptRequestSchema = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .meta({ description: 'SHA-256 of the decrypted file, as `sha256sum` prints it' }),
});

/** Bytes of a list of serials at most: ten thousand runs, as JSON or as CSV. */
export const SERIALS_BODY_LIMIT = 2 * 1024 * 1024;

const serial = z.string().min(1).max(64);

const serialRuns = z
  .array(z.strictObject({ first: serial, last: serial }))
  .min(1)
  .max(10_000)
  .meta({ description: 'Runs of printed serials, both ends included; none may overlap' });

export const deliveryRequestSchema = z.strictObject({
  customer: nameSchema,
  format: exportFormatSchema.default('entra-csv'),
  serials: serialRuns,
});

/** The rest of a delivery whose serials come as a CSV. */
export const deliveryListQuerySchema = deliveryRequestSchema.omit({ serials: true });

const reason = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters')
  .meta({ description: 'Why, for the record: it is published, so it names no person' });

export const voidRequestSchema = z.strictObject({ serials: serialRuns, reason });

export const lossRequestSchema = z.strictObject({ reason });

/** A printed serial in a path. A text of another form names nothing. */
export const serialSchema = z.string().regex(/^[A-Z0-9-]{1,64}$/);

export const exportRequestSchema = z.strictObject({
  format: exportFormatSchema.optional().meta({ description: 'That of the export before when left out' }),
});

/** Nothing more needs saying than the path says. */
export const nothingSchema = z.strictObject({});

/** Bytes of a request for a shred: runs of serials, a few thousand at most. */
export const SHRED_BODY_LIMIT = 1024 * 1024;

const printedSerial = z.string().min(1).max(64);

export const shredRequestSchema = z
  .strictObject({
    lot: idSchema.optional().meta({ description: 'All of its living seeds' }),
    serials: z
      .array(z.strictObject({ first: printedSerial, last: printedSerial }))
      .min(1)
      .max(10_000)
      .optional()
      .meta({ description: 'Runs of serials of one form, both ends included' }),
  })
  .refine(({ lot, serials }) => (lot === undefined) !== (serials === undefined), 'name a lot or serials');
