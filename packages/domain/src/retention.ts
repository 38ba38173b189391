import { z } from 'zod';

export const retentionDaysSchema = z.int().min(1).max(3650);

/** Whether somebody else keeps the seeds, too. Nobody does for now: a certificate could not speak for that copy. */
const escrow = z.literal('none').optional();

/** How long a seed may stay openable. `stock` is for an order without a customer: its cap, or null for a yearly alarm only. */
export const retentionSchema = z.discriminatedUnion('terms', [
  z.strictObject({
    terms: z.literal('keep'),
    daysAfterReceipt: retentionDaysSchema,
    capDays: retentionDaysSchema,
    escrow,
  }),
  z.strictObject({ terms: z.literal('stock'), capDays: retentionDaysSchema.nullable(), escrow }),
  z.strictObject({ terms: z.literal('none'), escrow }),
]);

export type RetentionTerms = z.infer<typeof retentionSchema>;

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
