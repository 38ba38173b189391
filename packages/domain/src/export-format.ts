import { z } from 'zod';

/** What a customer's login system imports; packages/seed-files writes each. The first is the default. */
export const EXPORT_FORMATS = ['entra-csv', 'hex-csv', 'pskc'] as const;

export const exportFormatSchema = z.enum(EXPORT_FORMATS);

export type ExportFormat = z.infer<typeof exportFormatSchema>;
