import { z } from 'zod';
import { SERIAL_DIGITS_LIMIT } from './serials.ts';

/** The name of a product, factory or customer in commands and records: chosen once, never changed. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 lower-case letters, digits and inner hyphens',
  )
  .meta({
    description: 'Chosen once: lower-case letters, digits and inner hyphens',
    examples: ['ex-totp-1'],
  });

/** One printable line without control characters. */
const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line without control characters');

export const oathSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('totp'),
    hash: z.enum(['sha1', 'sha256', 'sha512']),
    digits: z.union([z.literal(6), z.literal(8)]),
    period: z.int().min(10).max(300).meta({ description: 'Seconds of one time step' }),
  }),
  z.strictObject({
    type: z.literal('hotp'),
    hash: z.enum(['sha1', 'sha256', 'sha512']),
    digits: z.union([z.literal(6), z.literal(8)]),
  }),
]);

export const productSchema = z.strictObject({
  product: nameSchema,
  manufacturer: label,
  model: label,
  oath: oathSchema,
  seedLength: z.int().min(16).max(64).meta({ description: 'Bytes of one seed' }),
  serial: z
    .strictObject({
      prefix: z
        .string()
        .regex(/^[A-Z0-9-]{0,32}$/, 'must be capital letters, digits and hyphens, 32 at most'),
      width: z.int().min(1).max(SERIAL_DIGITS_LIMIT).meta({ description: 'Digits after the prefix' }),
    })
    .meta({ description: 'The printed serial: prefix, then a number of exactly `width` digits' }),
  programmable: z.boolean(),
  scrapLimitPercent: z
    .number()
    .min(0)
    .max(100)
    .default(5)
    .meta({ description: 'The most scrap that ops may accept, in percent of a lot' }),
});

export type Product = z.infer<typeof productSchema>;
/** A product as people write it, defaults left out. */
export type ProductRequest = z.input<typeof productSchema>;
