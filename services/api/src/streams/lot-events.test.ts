import { afterEach, expect, test, vi } from 'vitest';
import { lotEvents } from './lot-events.ts';

type Lot = Awaited<ReturnType<Parameters<typeof lotEvents>[0]>>;

afterEach(() => vi.useRealTimers());

const LOT: Lot = {
  lot: 'lot-000001',
  order: 'order-000001',
  state: 'generating',
  product: 'ex-totp-1',
  factory: 'acme',
  quantity: 10,
  firstSerial: '9900000000000',
  lastSerial: '9900000000009',
  pages: 1,
  pagesDone: 0,
  custody: { reserved: 10 },
  seeds: { living: 10 },
  file: null,
  failure: null,
};

test('silence is broken by a comment, and goes on after it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const stop = new AbortController();
  let looks = 0;
  const look = async () => {
    looks += 1;
    vi.advanceTimersByTime(5_001);
    return LOT;
  };
  const events = lotEvents(look, { lastEventId: undefined, signal: stop.signal });
  expect((await events.next()).value).toMatch(/^event: lot\nid: [0-9a-f]{16}\ndata: \{.*\}\n\n$/);
  expect((await events.next()).value).toBe(':\n\n');
  expect(looks).toBe(3);
  expect((await events.next()).value).toBe(':\n\n');
  stop.abort();
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('an abort ends the wait between two looks', async () => {
  const stop = new AbortController();
  const events = lotEvents(async () => LOT, { lastEventId: undefined, signal: stop.signal });
  await events.next();
  const end = events.next();
  stop.abort();
  expect(await end).toEqual({ done: true, value: undefined });
});

test('what a look throws ends the events with it', async () => {
  const fault = new Error('no database');
  const look = async () => Promise.reject(fault);
  const events = lotEvents(look, { lastEventId: undefined, signal: new AbortController().signal });
  await expect(events.next()).rejects.toBe(fault);
});
