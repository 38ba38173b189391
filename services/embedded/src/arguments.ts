import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPORT_FORMATS, type ExportFormat, exportFormatSchema } from '@seedlot/domain';
import { readConfig } from '@seedlot/service-kit';
import { z } from 'zod';

import { EmbeddedError } from './errors.ts';
import { defaultRootSlots, type Places } from './folders.ts';

export interface ServerArguments extends Places {
  readonly port: number;
  /** A Redis for the queue; undefined for the queue on PostgreSQL. */
  readonly redis: string | undefined;
}

export const SERVER_USAGE = `Usage: npm start -- [--data DIR] [--root-slots DIR] [--port N] [--redis URL]

Runs the embedded system until Ctrl-C: PostgreSQL, the queue, all workers and the API in one process.

  --data DIR        everything that may be backed up (default: ./.seedlot)
  --root-slots DIR  root keys, never to be backed up, never inside the data folder
                    (default: seedlot below your state directory)
  --port N          port of the API on 127.0.0.1 (default: 7333; 0 for any free one)
  --redis URL       queue on this Redis, not on PostgreSQL (default: SEEDLOT_REDIS_URL, or the file
                    that SEEDLOT_REDIS_URL_FILE names: the places for a URL with a password)

SEEDLOT_SEEDS_SLOT and SEEDLOT_FILES_SLOT put the roots of a ring elsewhere: file:///folder, a pkcs11:
URI of a token, or several with spaces between them, which mirror each other.

Example: npm start -- --data /srv/seedlot --root-slots /srv/seedlot-roots`;

const slotVariables = z.object({
  SEEDLOT_SEEDS_SLOT: z.string().optional(),
  SEEDLOT_FILES_SLOT: z.string().optional(),
});

const variables = z.object({ ...slotVariables.shape, SEEDLOT_REDIS_URL: z.string().optional() });

/** Throws `arguments_invalid`, and ServiceError `config_invalid`. */
export function parseServerArguments(args: readonly string[], env: NodeJS.ProcessEnv): ServerArguments {
  const { values } = parse({
    args: [...args],
    options: {
      data: { type: 'string' },
      'root-slots': { type: 'string' },
      port: { type: 'string' },
      redis: { type: 'string' },
    },
  });
  return {
    ...readPlaces(values, env),
    port: wholeNumber('--port', values.port ?? '7333', { least: 0, most: 65_535 }),
    redis: values.redis ?? readConfig(variables, env).SEEDLOT_REDIS_URL,
  };
}

/** Which installation is meant. Throws ServiceError `config_invalid`. */
export function readPlaces(
  values: { readonly data?: string; readonly 'root-slots'?: string },
  env: NodeJS.ProcessEnv,
): Places {
  const slots = readConfig(slotVariables, env);
  return {
    data: resolve(values.data ?? '.seedlot'),
    rootSlots: resolve(values['root-slots'] ?? defaultRootSlots(env)),
    seedsSlot: slots.SEEDLOT_SEEDS_SLOT,
    filesSlot: slots.SEEDLOT_FILES_SLOT,
  };
}

export interface DemoArguments {
  readonly quantity: number;
  readonly format: ExportFormat;
  readonly out: string | undefined;
}

export const DEMO_USAGE = `Usage: npm run demo -- [--quantity N] [--format F] [--out DIR]

Runs the whole life of a lot, from its order over factory and customer to its shred, on a system of its own that is
removed afterwards.

  --quantity N  tokens to make, 1 to 16777216 (default: 10000)
  --format F    what the customer imports: ${EXPORT_FORMATS.join(', ')} (default: ${EXPORT_FORMATS[0]})
  --out DIR     leave the files of factory, customer and vendor there; DIR must be absent or empty

Example: npm run demo -- --quantity 1000000 --out demo-files`;

/** Throws `arguments_invalid`. */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values } = parse({
    args: [...args],
    options: { quantity: { type: 'string' }, format: { type: 'string' }, out: { type: 'string' } },
  });
  const quantity = wholeNumber('--quantity', values.quantity ?? '10000', { least: 1, most: 16_777_216 });
  const format = exportFormatSchema.safeParse(values.format ?? EXPORT_FORMATS[0]);
  if (!format.success) {
    throw new EmbeddedError('arguments_invalid', `--format must be one of ${EXPORT_FORMATS.join(', ')}`);
  }
  return { quantity, format: format.data, out: values.out };
}

function wholeNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new EmbeddedError('arguments_invalid', `${name} must be a whole number from ${least} to ${most}`);
}

/** Throws `arguments_invalid`. */
export const parse: typeof parseArgs = config => {
  try {
    return parseArgs(config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'they cannot be read';
    throw new EmbeddedError('arguments_invalid', `The arguments are wrong: ${reason}`, { cause });
  }
};
