import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedError } from './errors.ts';
import { defaultRootSlots } from './folders.ts';

export interface ServerArguments {
  readonly data: string;
  readonly rootSlots: string;
  readonly port: number;
}

export const SERVER_USAGE = `Usage: npm start -- [--data DIR] [--root-slots DIR] [--port N]

Runs the embedded system until Ctrl-C: PostgreSQL, the queue, all workers and the API in one process.

  --data DIR        everything that may be backed up (default: ./.seedlot)
  --root-slots DIR  root keys, never to be backed up, never inside the data folder
                    (default: seedlot below your state directory)
  --port N          port of the API on 127.0.0.1 (default: 7333; 0 for any free one)

Example: npm start -- --data /srv/seedlot --root-slots /srv/seedlot-roots`;

/** Throws `arguments_invalid`. */
export function parseServerArguments(args: readonly string[], env: NodeJS.ProcessEnv): ServerArguments {
  const { values } = parse({
    args: [...args],
    options: { data: { type: 'string' }, 'root-slots': { type: 'string' }, port: { type: 'string' } },
  });
  return {
    data: resolve(values.data ?? '.seedlot'),
    rootSlots: resolve(values['root-slots'] ?? defaultRootSlots(env)),
    port: wholeNumber('--port', values.port ?? '7333', { least: 0, most: 65_535 }),
  };
}

export interface DemoArguments {
  readonly quantity: number;
  readonly out: string | undefined;
}

export const DEMO_USAGE = `Usage: npm run demo -- [--quantity N] [--out DIR]

Runs an order from its placing to a factory file that gpg opens, on a system of its own that is removed afterwards.

  --quantity N  tokens to make, 1 to 16777216 (default: 10000)
  --out DIR     leave the files of factory and vendor there; DIR must be absent or empty

Example: npm run demo -- --quantity 1000000 --out demo-files`;

/** Throws `arguments_invalid`. */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values } = parse({
    args: [...args],
    options: { quantity: { type: 'string' }, out: { type: 'string' } },
  });
  const quantity = wholeNumber('--quantity', values.quantity ?? '10000', { least: 1, most: 16_777_216 });
  return { quantity, out: values.out };
}

function wholeNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new EmbeddedError('arguments_invalid', `${name} must be a whole number from ${least} to ${most}`);
}

const parse: typeof parseArgs = config => {
  try {
    return parseArgs(config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'they cannot be read';
    throw new EmbeddedError('arguments_invalid', `The arguments are wrong: ${reason}`, { cause });
  }
};
