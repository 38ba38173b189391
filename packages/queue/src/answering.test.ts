import { type Job, WaitingError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { Answering } from './answering.ts';
import type { QueueBackend } from './backend.ts';
import type { QueueError } from './errors.ts';

describe('answering a knock', () => {
  function scene(handler: (data: unknown, signal: AbortSignal) => Promise<void>) {
    const faults: QueueError[] = [];
    const backend = { report: (fault: QueueError) => faults.push(fault) } as unknown as QueueBackend;
    return { answering: new Answering(backend, 'dispatch', handler), faults };
  }

  /** A job that remembers the tokens with which it was given back. */
  function knock(data: unknown) {
    const givenBack: (string | undefined)[] = [];
    const moveToWait = async (token?: string) => void givenBack.push(token);
    return { job: { data, moveToWait } as unknown as Job, givenBack };
  }

  it.each([null, {}, { lot: '../x' }, { lot: 'L1', seed: 's' }])(
    'drops %j, reported but not tried again',
    async data => {
      const { answering, faults } = scene(async () => expect.unreachable('it should not be called'));
      await answering.answer(knock(data).job, 't');
      expect(faults.map(({ code }) => code)).toEqual(['job_data_invalid']);
    },
  );

  const cause = new Error('row 3132333435');
  it.each([
    ['later', () => Promise.reject(cause)],
    [
      'at once',
      () => {
        throw cause;
      },
    ],
  ])('tells the queue nothing of why a handler failed %s', async (_, handler) => {
    const { answering, faults } = scene(handler);
    const told = await answering.answer(knock({ lot: 'L1' }).job, 't').catch(error => error);
    expect(`${told.stack} ${told.cause}`).not.toContain('3132333435');
    expect(faults).toMatchObject([{ code: 'handler_failed', cause }]);
  });

  it('gives back what it ended, and what comes after the end', async () => {
    const { answering, faults } = scene(
      (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const [active, late] = [knock({ lot: 'L1' }), knock({ lot: 'L2' })];
    const answer = answering.answer(active.job, 'first');
    await answering.end();
    await expect(answer).rejects.toBeInstanceOf(WaitingError);
    await expect(answering.answer(late.job, 'second')).rejects.toBeInstanceOf(WaitingError);
    expect([active.givenBack, late.givenBack]).toEqual([['first'], ['second']]);
    expect(faults).toEqual([]);
  });

  it('waits for a handler that ends well after the abort, and keeps its job', async () => {
    const gate = Promise.withResolvers<void>();
    const { answering } = scene(() => gate.promise);
    const active = knock({ lot: 'L1' });
    const answer = answering.answer(active.job, 't');
    let ended = false;
    const end = answering.end().then(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    gate.resolve();
    await Promise.all([answer, end]);
    expect(active.givenBack).toEqual([]);
  });
});
