import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobWorker, QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import { FaultRest } from './fault-rest.ts';

/** A worker like BullMQ's: while it runs on a broken queue it fetches, and fails, again and again. */
class SpinningWorker implements Pick<JobWorker, 'on' | 'pause' | 'resume'> {
  fetches = 0;
  running = true;
  broken = true;
  #listener: (error: Error) => void = () => {};

  on(_event: 'error', listener: (error: Error) => void): void {
    this.#listener = listener;
  }

  spin(): void {
    for (let turn = 0; turn < 1000 && this.running && this.broken; turn += 1) {
      this.fetches += 1;
      this.#listener(new Error('function move_to_active does not exist'));
    }
  }

  async pause(): Promise<void> {
    this.running = false;
  }

  async resume(): Promise<void> {
    this.running = true;
    this.spin();
  }
}

describe('a worker on a broken queue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function scene(repair = async () => {}) {
    const worker = new SpinningWorker();
    const faults: QueueError[] = [];
    const report = (fault: QueueError) => faults.push(fault);
    const backend = { repair, report } as unknown as QueueBackend;
    const rest = new FaultRest(worker as unknown as JobWorker, backend, 'dispatch');
    return { worker, faults, rest };
  }

  it('fetches a few times a minute instead of thousands of times a second', async () => {
    const { worker, faults } = scene();
    worker.spin();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.fetches).toBeGreaterThan(5);
    expect(worker.fetches).toBeLessThan(20);
    expect(faults).toHaveLength(worker.fetches);
    expect(faults[0]).toMatchObject({
      code: 'worker_faulted',
      cause: { message: expect.stringContaining('move_to_active') },
    });
  });

  it('goes on at once after the first repair, and rests shortly again after a calm time', async () => {
    const { worker } = scene();
    worker.spin();
    worker.broken = false;
    await vi.advanceTimersByTimeAsync(200);
    expect(worker.running).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    worker.broken = true;
    worker.spin();
    worker.broken = false;
    await vi.advanceTimersByTimeAsync(200);
    expect(worker.running).toBe(true);
  });

  it('does not go on before the queue is repaired', async () => {
    let works = false;
    const { worker, faults } = scene(async () => {
      if (!works) throw new QueueError('queue_unreachable', 'no');
    });
    worker.spin();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(worker.fetches).toBe(1);
    expect(worker.running).toBe(false);
    expect(faults.length).toBeGreaterThan(1);
    works = true;
    worker.broken = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(worker.running).toBe(true);
  });

  it('does nothing more once it is stopped', async () => {
    const { worker, faults, rest } = scene();
    worker.spin();
    rest.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.running).toBe(false);
    expect(worker.fetches).toBe(1);
    expect(faults).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
