import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { SecretBytes } from '@seedlot/domain';
import { createLogger } from '@seedlot/service-kit';
import { describe, expect, it } from 'vitest';

const bytes = Uint8Array.from({ length: 20 }, (_, index) => 171 + index);

/** Every way in which the bytes could be recognised in a text. */
const traces = [
  Buffer.from(bytes).toString('hex'),
  Buffer.from(bytes).toString('base64').slice(0, 24),
  Buffer.from(bytes).toString('latin1'),
  bytes.join(','),
  [...bytes].join(', '),
  '171,',
  '"0":171',
];

describe('SecretBytes', () => {
  it.each([
    ['a template', (secret: SecretBytes) => `${secret}`],
    ['String', String],
    ['concatenation', (secret: SecretBytes) => `${['', secret].join('')}`],
    ['JSON', (secret: SecretBytes) => JSON.stringify({ deep: [secret] })],
    ['inspect', (secret: SecretBytes) => inspect({ deep: { secret } })],
    [
      'inspect with everything shown',
      (secret: SecretBytes) => inspect(secret, { showHidden: true, depth: 9 }),
    ],
    ['format', (secret: SecretBytes) => format('%s', secret)],
    ['console.log', printed],
  ])('throw when printed by %s', (_way, print) => {
    using secret = new SecretBytes(Uint8Array.from(bytes));
    expect(() => print(secret)).toThrow(TypeError);
  });

  it.each([
    ['inspect without custom inspection', (secret: SecretBytes) => inspect(secret, { customInspect: false })],
    [
      'format as an object',
      (secret: SecretBytes) => attempt(() => format('%o %O %j', secret, secret, secret)),
    ],
    ['a spread', (secret: SecretBytes) => JSON.stringify({ ...secret })],
    ['its own properties', (secret: SecretBytes) => JSON.stringify(Object.getOwnPropertyDescriptors(secret))],
    ['structuredClone', (secret: SecretBytes) => inspect(structuredClone(secret), { customInspect: false })],
    ['serialize', (secret: SecretBytes) => serialize(secret).toString('latin1')],
    ['the error of a print', (secret: SecretBytes) => inspect(errorOf(() => `${secret}`))],
    ['a log', (secret: SecretBytes) => logged(log => log.info(secret))],
    ['a log under a name', (secret: SecretBytes) => logged(log => log.info({ pad: secret }, 'made'))],
    [
      'a log as parameter',
      (secret: SecretBytes) => logged(log => log.info('made %s %o %j', secret, secret, secret)),
    ],
    [
      'a log of an error',
      (secret: SecretBytes) => logged(log => log.error({ err: Object.assign(Error(), { secret }) })),
    ],
    ['a child log', (secret: SecretBytes) => logged(log => log.child({ secret }).info('made'))],
  ])('leave no trace in %s', (_way, print) => {
    using secret = new SecretBytes(Uint8Array.from(bytes));
    const text = print(secret);
    expect(text).not.toBe('');
    expect(traces.filter(trace => text.includes(trace))).toEqual([]);
  });

  it('would be recognised by these traces', () => {
    const texts = [inspect(bytes), JSON.stringify(bytes), `${bytes}`, serialize(bytes).toString('latin1')];
    for (const text of texts) expect(traces.some(trace => text.includes(trace))).toBe(true);
  });
});

function printed(secret: SecretBytes): string {
  const stream = new PassThrough();
  new Console(stream).log(secret);
  return String(stream.read());
}

function logged(use: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  use(createLogger({ service: 'test', destination: { write: line => lines.push(line) } }));
  return lines.join('');
}

function attempt(print: () => string): string {
  try {
    return print();
  } catch (error) {
    return inspect(error);
  }
}

function errorOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
