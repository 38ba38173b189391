import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ServiceError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that `schema` names, and only those. A variable X may instead be in a file that X_FILE names: that
 * is the way for passwords, since an environment is inherited and shown by the system. An empty variable counts as unset.
 *
 * Throws one ServiceError 'config_invalid' that names every fault at once, and the value of none.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const faults: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = readVariable(name, env, faults);
    if (value !== undefined) given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) faults.push(...schemaFaults(parsed.error, faults));
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new ServiceError('config_invalid', `the configuration has faults: ${faults.join('; ')}`);
}

function readVariable(name: string, env: Environment, faults: string[]): string | undefined {
  const value = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    faults.push(`${name} and ${name}_FILE are both set`);
    return undefined;
  }
  try {
    // Editors and `echo` end a file with a line break that is no part of a password.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    faults.push(`${name}_FILE cannot be read (${reason(error)})`);
    return undefined;
  }
}

/** A variable that has a fault already is not also reported as missing. */
function schemaFaults(error: z.ZodError, known: readonly string[]): string[] {
  return error.issues
    .map(issue => ({ name: issue.path.map(String).join('.'), message: issue.message }))
    .filter(
      ({ name }) => !known.some(fault => fault.startsWith(`${name} `) || fault.startsWith(`${name}_FILE `)),
    )
    .map(({ name, message }) => `${name}: ${message}`);
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
