import { z } from 'zod';
import { LOT_LIMIT } from './lot-shape.ts';
import { nameSchema } from './product.ts';
import { retentionSchema } from './retention.ts';

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
