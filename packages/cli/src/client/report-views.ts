import { z } from 'zod';

/** What the API answers about production reports; see views.ts. */
const time = z.string();
const name = z.string();
const number = z.int().min(0);

/** First and last of a run of printed serials. */
export const serialPairs = z.array(z.tuple([z.string(), z.string()]));

const faultView = z.looseObject({
  /** From 1, which is the header; null concerns the file as a whole. */
  line: z.int().nullable(),
  code: name,
  message: z.string(),
  fix: z.string(),
});

const partSummary = z.looseObject({
  report: name,
  lot: name,
  state: name,
  size: number,
  csvSha256: z.string(),
  signer: z.string(),
  receivedAt: time,
  judgedAt: time.nullable(),
  burned: number.nullable(),
  scrapped: number.nullable(),
  samples: number.nullable(),
  faultCount: number,
});

export const partView = z.looseObject({
  ...partSummary.shape,
  /** Fewer than there are where there are very many. */
  faults: z.array(faultView),
});

export const reportView = z.looseObject({
  lot: name,
  quantity: number,
  burned: number,
  scrapped: number,
  samples: number,
  missing: number,
  missingSerials: z.array(z.looseObject({ first: z.string(), last: z.string() })),
  scrapLimitPercent: z.number(),
  /** Why it cannot be accepted; null when it can. */
  hindrance: z.looseObject({ code: name, message: z.string() }).nullable(),
  parts: z.array(partSummary),
});

export const partReceived = z.looseObject({ report: name, lot: name, state: name });
export const reportAccepted = z.looseObject({ lot: name, burned: number, scrapped: number, samples: number });
export const reportRefused = z.looseObject({ lot: name, refused: z.array(name) });
export const lotNamed = z.looseObject({ lot: name });
export const lotLost = z.looseObject({ lot: name, quantity: number });

export type FaultView = z.output<typeof faultView>;
export type PartSummary = z.output<typeof partSummary>;
export type PartView = z.output<typeof partView>;
export type ReportView = z.output<typeof reportView>;
