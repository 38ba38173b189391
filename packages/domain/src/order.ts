import { z } from 'zod';
import { LOT_LIMIT } from './lot-shape.ts';
import { nameSchema } from './product.ts';

const days = z.int().min(1).max(3650);

/** How long a seed may stay openable. `stock` is for an order without a customer: its cap, or null for a yearly alarm only. */
export const retentionSchema = z.discriminatedUnion('terms', [
  z.strictObject({ terms: z.literal('keep'), daysAfterReceipt: days, capDays: days }),
  z.strictObject({ terms: z.literal('stock'), capDays: days.nullable() }),
  z.strictObject({ terms: z.literal('none') }),
]);

export type RetentionTerms = z.infer<typeof retentionSchema>;

export const orderRequestSchema = z.strictObject({
  product: nameSchema,
  quantity: z
    .int()
    .min(1)
    .max(LOT_LIMIT)
    .meta({ description: `Tokens to make, 1 to ${LOT_LIMIT}`, examples: [10_000] }),
  factory: nameSchema,
  customer: nameSchema.optional(),
  firstSerial: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The first printed serial of the block; the next free block when absent' }),
  retention: retentionSchema.optional(),
  nonProduction: z.boolean().default(false),
});

export type OrderRequest = z.infer<typeof orderRequestSchema>;

/** Terms of an order that names none: 30 days after a receipt, 90 after the first export; stock has no cap. */
export function defaultTerms(hasCustomer: boolean): RetentionTerms {
  return hasCustomer
    ? { terms: 'keep', daysAfterReceipt: 30, capDays: 90 }
    : { terms: 'stock', capDays: null };
}

/** Why these terms do not fit the order, or null. */
export function termsFault(terms: RetentionTerms, hasCustomer: boolean): string | null {
  if (terms.terms === 'stock' && hasCustomer) return 'Stock terms are for an order without a customer';
  if (terms.terms !== 'stock' && !hasCustomer) return `Terms "${terms.terms}" need a customer on the order`;
  if (terms.terms === 'keep' && terms.daysAfterReceipt > terms.capDays) {
    return 'Days after the receipt must not exceed the cap';
  }
  return null;
}
