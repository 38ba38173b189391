import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Exchange, openStream } from './open-stream.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => vi.useRealTimers());

/** A response whose client neither reads nor leaves. */
class StalledResponse extends EventEmitter {
  closed = false;

  destroy(): void {
    this.closed = true;
    this.emit('close');
  }
}

function exchangeOn(raw: StalledResponse): Exchange {
  // Only these members are used; fastify's own cannot be made without a server.
  return { request: { log: { warn: () => {} } }, reply: { raw } } as unknown as Exchange;
}

async function* nothing(): AsyncGenerator<string> {}

test('a stream that is to end has a while, then its connection is cut', () => {
  const raw = new StalledResponse();
  const end = new AbortController();
  openStream(exchangeOn(raw), end.signal, nothing);
  vi.advanceTimersByTime(3_600_000);
  expect(raw.closed).toBe(false);
  end.abort();
  expect(raw.closed).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(raw.closed).toBe(true);
});

test.each([
  ['while it is served', (raw: StalledResponse) => raw.destroy()],
  ['before it began', () => {}],
])('the source is told that the client left %s', (when, leave) => {
  const raw = new StalledResponse();
  raw.closed = when === 'before it began';
  let told: AbortSignal | undefined;
  openStream(exchangeOn(raw), new AbortController().signal, signal => {
    told = signal;
    return nothing();
  });
  leave(raw);
  expect(told?.aborted).toBe(true);
});
