import { REPORT_STATES } from '@seedlot/domain';
import { z } from 'zod';
import { instant } from './answers.ts';

const count = z.int().nullable().meta({ description: 'Null before it was judged, and of a faulty part' });

export const partSchema = z
  .object({
    report: z.string(),
    lot: z.string(),
    state: z.enum(REPORT_STATES),
    size: z.int().meta({ description: 'Bytes of the CSV' }),
    csvSha256: z.string(),
    signer: z.string().meta({ description: 'Fingerprint of the key that signed it' }),
    receivedAt: instant,
    judgedAt: instant.nullable(),
    burned: count,
    scrapped: count,
    samples: count,
    faultCount: z.int(),
  })
  .meta({ id: 'ReportPart' });

const faultSchema = z.object({
  line: z.int().nullable().meta({ description: 'Null concerns the file as a whole' }),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
});

export const reportSchema = partSchema
  .extend({
    faults: z.array(faultSchema).readonly().meta({ description: 'By line, ten thousand at most' }),
  })
  .meta({ id: 'Report' });

export const lotReportSchema = z
  .object({
    lot: z.string(),
    quantity: z.int(),
    burned: z.int(),
    scrapped: z.int(),
    samples: z.int(),
    missing: z.int(),
    missingSerials: z
      .array(z.object({ first: z.string(), last: z.string() }))
      .readonly()
      .meta({ description: 'The first thousand runs' }),
    scrapLimitPercent: z.number(),
    hindrance: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why it cannot be accepted; null when it can' }),
    parts: z.array(partSchema).readonly(),
  })
  .meta({ id: 'LotReport' });
