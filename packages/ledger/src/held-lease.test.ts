import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdLease } from './held-lease.ts';
import { LEASE_SECONDS, type Lease } from './leases.ts';
import type { Ledger } from './ledger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lease: Lease = { id: 'l', ring: 'seeds', lots: ['lot-000001'], endsAt: new Date(0) };
const hanging = () => new Promise<never>(() => {});
const answered = () => Promise.resolve();

/** Work that goes on until it is told to end, on a ledger whose commits end as `commit` does. */
function hold(commit: () => Promise<unknown>) {
  const ledger = { commit } as unknown as Ledger;
  const work = Promise.withResolvers<void>();
  const signal = Promise.withResolvers<AbortSignal>();
  const held = holdLease({ ledger, actor: 'a', lease, signal: new AbortController().signal }, given => {
    signal.resolve(given);
    return work.promise;
  });
  return { signal: signal.promise, end: work.resolve, held };
}

test('work whose renewals are not answered is stopped before its lease ends', async () => {
  const signal = await hold(hanging).signal;
  await vi.advanceTimersByTimeAsync((LEASE_SECONDS - 2) * 1000);
  expect(signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(signal.reason).toMatchObject({ code: 'lease_ended' });
});

test('work whose renewal is refused is stopped with that refusal', async () => {
  const refusal = new Error('refused');
  const signal = await hold(() => Promise.reject(refusal)).signal;
  await vi.advanceTimersByTimeAsync((LEASE_SECONDS / 3) * 1000);
  expect(signal.reason).toBe(refusal);
});

test('work whose renewals are answered goes on, and leaves no timer behind', async () => {
  const commit = vi.fn(answered);
  const { signal, end, held } = hold(commit);
  await vi.advanceTimersByTimeAsync(10 * LEASE_SECONDS * 1000);
  expect((await signal).aborted).toBe(false);
  end();
  await held;
  expect(vi.getTimerCount()).toBe(0);
  const commits = commit.mock.calls.length;
  await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
  expect(commit).toHaveBeenCalledTimes(commits);
});
