import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { totp } from './totp.ts';

/** Seconds of one step; a sample may be one off. */
const STEPS = [-30, 0, 30];

/**
 * The rival: what a vendor's script does with a report who has no Seedlot. gpg says whether the signature is good, every
 * line goes into a Map, and the seeds to check samples with lie in clear beside it. Prints its peak memory in kilobytes.
 */
const { values } = parseArgs({
  options: {
    gpg: { type: 'string', default: '' },
    csv: { type: 'string', default: '' },
    signature: { type: 'string', default: '' },
    seeds: { type: 'string', default: '' },
  },
});

execFileSync(
  'gpg',
  ['--homedir', values.gpg, '--batch', '--quiet', '--verify', values.signature, values.csv],
  {
    stdio: 'ignore',
  },
);
const seeds = new Map<string, string>();
for await (const { serial, seed } of rows(values.seeds)) seeds.set(serial, seed);
const results = new Map<string, string>();
for await (const { serial, result, otp, time } of rows(values.csv)) {
  if (!seeds.has(serial) || results.has(serial)) throw new Error(`${serial} is foreign or doubled`);
  if (otp) checkSample(seeds.get(serial) ?? '', otp, Number(time));
  results.set(serial, result);
}
if (results.size !== seeds.size) throw new Error(`${seeds.size - results.size} serials are missing`);
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);

interface Row {
  readonly serial: string;
  readonly seed: string;
  readonly result: string;
  readonly otp?: string;
  readonly time?: string;
}

function rows(file: string): AsyncIterable<Row> {
  return createReadStream(file).pipe(parse({ columns: true }));
}

function checkSample(seed: string, otp: string, time: number): void {
  const bytes = Buffer.from(seed, 'hex');
  if (!STEPS.some(step => totp(bytes, time + step) === otp)) throw new Error('a sample does not fit');
}
