import { createSecretKey } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

const SECRET = '12345678901234567890';
const bytes = () => new TextEncoder().encode(SECRET);

/** Every way in which the bytes could stand in a line: as text, hex, base64 and a list of numbers. */
const TRACES = [
  SECRET,
  Buffer.from(SECRET).toString('hex'),
  Buffer.from(SECRET).toString('base64'),
  '49,50,51',
  '"0":49',
];

function scene(level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const clock = { now: () => new Date('2030-01-02T03:04:05Z') };
  const log = createLogger({
    service: 'test',
    level,
    clock,
    destination: { write: line => void lines.push(line) },
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('a line of log', () => {
  it('is one JSON object with time, level and service', () => {
    const { log, lines, last } = scene();
    log.info({ lot: 'L1', pages: 3 }, 'sealed');
    log.debug('not shown');
    expect(lines).toHaveLength(1);
    expect(last()).toEqual({
      time: '2030-01-02T03:04:05.000Z',
      level: 'info',
      service: 'test',
      lot: 'L1',
      pages: 3,
      msg: 'sealed',
    });
  });

  it('tells an error with its code and causes, and nothing that a library hung on it', () => {
    const { log, last } = scene();
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      config: { password: 'hunter2' },
    });
    log.error({ err: new Error('no queue', { cause }) }, 'x');
    expect(last().err).toMatchObject({
      message: 'no queue',
      cause: { code: 'ECONNREFUSED', message: 'refused' },
    });
    expect(last().err.cause).not.toHaveProperty('config');
    log.error(new Error('alone'));
    expect(last().err.message).toBe('alone');
  });

  it('redacts text under the names of secrets at any depth, and credentials in URLs', () => {
    const { log, lines } = scene();
    log.info({ password: 'hunter2', request: { headers: { Authorization: 'Bearer hunter2' } } }, 'x');
    log.child({ token: 'hunter2', from: { passphrase: 'hunter2' } }).info('postgres://ops:hunter2@db/x');
    log.error(new Error('postgres://ops:hunter2@db/x refused'));
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('hunter2');
  });
});

describe('secret bytes', () => {
  const holders: [string, () => unknown][] = [
    ['SecretBytes', () => new SecretBytes(bytes())],
    ['a Uint8Array', bytes],
    ['a Buffer', () => Buffer.from(SECRET)],
    ['an ArrayBuffer', () => bytes().buffer],
    ['a DataView', () => new DataView(bytes().buffer)],
    ['a KeyObject', () => createSecretKey(Buffer.from(SECRET))],
    ['a Map', () => new Map([['x', bytes()]])],
    ['a class that describes itself', () => ({ held: new Talkative() })],
    ['an error with them as cause', () => new Error('x', { cause: bytes() })],
    ['several errors', () => new AggregateError([new Error('x', { cause: new SecretBytes(bytes()) })])],
  ];

  it.each(holders)('of %s are never printed, in no place of a call, and never end the caller', (_, make) => {
    const { log, lines } = scene();
    log.info(make() as object);
    log.info({ page: make() }, 'x');
    log.info({ deep: [{ er: { and: make() } }] }, 'x');
    Reflect.apply(log.info, log, ['x %s %o %j %d', make(), make(), make(), make()]);
    log.info({ err: make() }, 'x');
    log.child({ page: make() }).child({ again: make() }).info({ page: make() }, 'x');
    expect(lines).toHaveLength(6);
    for (const trace of TRACES) expect(lines.join()).not.toContain(trace);
  });

  it('are not printed wherever they sit in whatever is logged', () => {
    const leaf = fc.constantFrom(...holders.map(([, make]) => make));
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(
        anything,
        fc.dictionary(
          fc.string(),
          fc.oneof(
            anything,
            leaf.map(make => make()),
          ),
        ),
        (any, fields) => {
          const { log, lines } = scene();
          log.info(any);
          log.info(fields, 'x');
          log.info({ fields, any });
          expect(lines).toHaveLength(3);
          for (const trace of TRACES) expect(lines.join()).not.toContain(trace);
        },
      ),
    );
  });

  it('end nobody who logs a thing that cannot be looked at', () => {
    const { log, lines } = scene();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    log.info(circle, 'x');
    log.info({ hostile: hostile() }, 'x');
    log.info(hostile());
    expect(lines).toHaveLength(3);
  });
});

class Talkative {
  toJSON(): string {
    return SECRET;
  }
  toString(): string {
    return SECRET;
  }
}

function hostile(): object {
  return new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error('no');
      },
    },
  );
}
