import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from './config.ts';
import { ServiceError } from './errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'config '));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, content);
  return path;
}

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres$/ }),
  PORT: z.coerce.number().int().min(0).max(65_535),
  LEVEL: z.enum(['info', 'warn']).default('info'),
});

const right = { DATABASE_URL: 'postgres://db/seedlot', PORT: '8080' };

describe('reading the configuration', () => {
  it('takes what the schema names, typed and with defaults, and nothing else', () => {
    const config = readConfig(schema, { ...right, HOME: '/root' });
    expect(config).toEqual({ DATABASE_URL: 'postgres://db/seedlot', PORT: 8080, LEVEL: 'info' });
  });

  it('names every fault at once', () => {
    const env = { PORT: '70000', LEVEL: 'loud', DATABASE_URL_FILE: join(folder, 'absent') };
    const { message, code } = refusal(schema, env);
    expect(code).toBe('config_invalid');
    expect(message).toContain('DATABASE_URL_FILE cannot be read (ENOENT)');
    expect(message).toContain('PORT: ');
    expect(message).toContain('LEVEL: ');
    expect(message.match(/DATABASE_URL/g)).toHaveLength(1);
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig(schema, { ...right, LEVEL: '' }).LEVEL).toBe('info');
    expect(refusal(schema, { ...right, PORT: '' }).message).toContain('PORT');
  });

  it.each(['s3cret', 's3cret\n', 's3cret\r\n'])('reads a secret from a file with %j', content => {
    const secret = z.object({ PASSWORD: z.string() });
    expect(readConfig(secret, { PASSWORD_FILE: file(content) }).PASSWORD).toBe('s3cret');
  });

  it('keeps all other white space of a file', () => {
    const secret = z.object({ PASSWORD: z.string() });
    expect(readConfig(secret, { PASSWORD_FILE: file(' a b \n\n') }).PASSWORD).toBe(' a b \n');
  });

  it('refuses a variable that is given twice', () => {
    const env = { ...right, PORT_FILE: file('1') };
    expect(refusal(schema, env).message).toContain('PORT and PORT_FILE are both set');
  });

  it('never repeats a value, from the environment or from a file', () => {
    const strict = z.object({
      A: z.enum(['x']),
      B: z.coerce.number(),
      C: z.url(),
      D: z.string().regex(/^x$/),
      E: z.literal('x'),
      F: z.string().max(1),
    });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{20}$/), secret => {
        const given = Object.fromEntries(Object.keys(strict.shape).map(name => [name, secret]));
        const { F, ...env } = given;
        const fault = refusal(strict, { ...env, F_FILE: file(secret) });
        expect(fault.message.match(/[A-F]: /g)).toHaveLength(6);
        expect(`${fault.message} ${fault.stack} ${String(fault.cause)}`).not.toContain(secret);
      }),
      { numRuns: 20 },
    );
  });
});

function refusal(refusing: z.ZodObject, env: Record<string, string>): ServiceError {
  try {
    readConfig(refusing, env);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  return expect.unreachable('it should have been refused');
}
