import { z } from 'zod';
import { QueueError } from './errors.ts';

interface Contract<Data> {
  readonly data: z.ZodType<Data>;
  /** Knocks with one key are one errand: merged while they wait, and one at a time unless a worker died. */
  readonly key: (data: Data) => string;
}

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const lot = z.strictObject({ lot: id });
/** Lanes let several workers make one lot at the same time; what a lane does is for the handler to find. */
const lotLane = z.strictObject({ lot: id, lane: z.int().min(0).max(63) });
const report = z.strictObject({ report: id });
const delivery = z.strictObject({ delivery: id });
const nothing = z.strictObject({});

/**
 * Every job there is. A job says "look", nothing more: `data` holds ids, never a seed, a name or a file, since a queue
 * keeps it in clear.
 */
const catalogue = {
  generate: contract(lotLane, data => `${data.lot}.${data.lane}`),
  dispatch: contract(lot, data => data.lot),
  report: contract(report, data => data.report),
  export: contract(delivery, data => data.delivery),
  publish: contract(nothing, () => 'all'),
  shred: contract(nothing, () => 'all'),
};

function contract<Data>(data: z.ZodType<Data>, key: (data: Data) => string): Contract<Data> {
  return { data, key };
}

type DataOf = {
  [Name in keyof typeof catalogue]: (typeof catalogue)[Name] extends Contract<infer Data> ? Data : never;
};

export type JobName = keyof DataOf;
export type JobData<Name extends JobName> = DataOf[Name];

const contracts: { readonly [Name in JobName]: Contract<JobData<Name>> } = catalogue;

export interface Errand<Name extends JobName> {
  readonly data: JobData<Name>;
  readonly key: string;
}

/** Checks data on its way in and on its way out: a queue is shared, and outlives a version of this code. */
export function errand<Name extends JobName>(job: Name, data: unknown): Errand<Name> {
  const { data: schema, key } = contracts[job];
  const parsed = schema.safeParse(data);
  if (parsed.success) return { data: parsed.data, key: key(parsed.data) };
  throw new QueueError('job_data_invalid', `data of a job "${job}": ${faults(parsed.error)}`);
}

/** Where and what, never the value. */
function faults(error: z.ZodError): string {
  return error.issues.map(issue => `${issue.path.join('.') || 'all of it'}: ${issue.code}`).join(', ');
}
