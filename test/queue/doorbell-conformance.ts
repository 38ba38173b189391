import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  countJobs,
  createDoorbell,
  createWorker,
  type Handler,
  type QueueBackend,
  QueueError,
} from '@seedlot/queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Answers, until } from './answers.ts';

/** A queue for one test, and the ways to lose all that is in it. */
export interface QueueUnderTest extends AsyncDisposable {
  /** A connection of its own; faults are collected in `faults`. */
  connect(): Promise<QueueBackend>;
  readonly faults: QueueError[];
  readonly wipes: Readonly<Record<string, () => Promise<void>>>;
  /** What another process needs to connect: arguments of lasting-worker.ts. */
  readonly address: readonly string[];
}

/** How long the job of a dead worker stays its own; short, or tests would wait. */
const LOCK_MS = 1_000;

/** The contract of doorbell and worker; `open` gives an empty queue each time. */
export function describeDoorbell(
  technology: string,
  wipes: readonly string[],
  open: () => Promise<QueueUnderTest>,
): void {
  describe(`the doorbell on ${technology}`, () => {
    let queue: QueueUnderTest;
    let backend: QueueBackend;
    let opened: AsyncDisposableStack;
    const answers = new Answers();

    beforeEach(async () => {
      answers.reset();
      queue = await open();
      opened = new AsyncDisposableStack();
      opened.use(queue);
      backend = await queue.connect();
      opened.defer(() => backend.close());
    });
    afterEach(() => opened.disposeAsync());

    function bell(on = backend) {
      const doorbell = createDoorbell(on);
      return doorbell;
    }

    async function worker(handler: Handler<'dispatch'> = answers.answer, on = backend, concurrency = 1) {
      const listener = await createWorker(on, 'dispatch', handler, { lockMs: LOCK_MS, concurrency });
      opened.defer(() => listener.close());
      return listener;
    }

    describe('knocks', () => {
      it('calls the handler with the data of the knock', async () => {
        await worker();
        expect(await bell().knock('dispatch', { lot: 'L1' })).toBe(true);
        await answers.reach(1);
        expect(answers.lots).toEqual(['L1']);
      });

      it('keeps the jobs of each name apart', async () => {
        await worker();
        const doorbell = bell();
        await doorbell.knock('shred', {});
        await doorbell.knock('publish', {});
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        expect(answers.lots).toEqual(['L1']);
      });

      it('merges knocks that wait', async () => {
        const doorbell = bell();
        for (let knock = 0; knock < 5; knock += 1) await doorbell.knock('dispatch', { lot: 'L1' });
        await doorbell.knockAll('dispatch', [{ lot: 'L2' }, { lot: 'L1' }, { lot: 'L2' }, { lot: 'last' }]);
        await worker();
        await answers.untilLot('last');
        expect(answers.lots).toEqual(['L1', 'L2', 'last']);
      });

      it('looks once more after knocks during the active job, never two at a time', async () => {
        const gate = answers.hold();
        await worker(answers.answer, backend, 4);
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        for (let knock = 0; knock < 3; knock += 1) await doorbell.knock('dispatch', { lot: 'L1' });
        await doorbell.knockAll('dispatch', [{ lot: 'L1' }, { lot: 'L2' }]);
        await answers.untilLot('L2');
        expect(answers.lots).toEqual(['L1', 'L2']);
        gate.resolve();
        await answers.reach(3);
        await doorbell.knock('dispatch', { lot: 'last' });
        await answers.untilLot('last');
        expect(answers.lots).toEqual(['L1', 'L2', 'L1', 'last']);
      });

      it('refuses data that is not ids, and says nothing of the value', async () => {
        const doorbell = bell();
        const refused = await doorbell.knock('dispatch', { lot: 'seed: 3132333435' }).catch(error => error);
        expect(refused).toBeInstanceOf(QueueError);
        expect(refused).toMatchObject({ code: 'job_data_invalid' });
        expect(refused.message).not.toContain('3132333435');
      });

      it('swallows no knock of a storm on two workers', async () => {
        const lots = ['A', 'B', 'C', 'D', 'E'];
        const state = new Map(lots.map(lot => [lot, 0]));
        const seen = new Map(lots.map(lot => [lot, 0]));
        const busy = new Set<string>();
        const twice: string[] = [];
        const look = async ({ lot }: { lot: string }) => {
          if (busy.has(lot)) twice.push(lot);
          busy.add(lot);
          const due = state.get(lot) ?? 0;
          await new Promise(setImmediate);
          seen.set(lot, due);
          busy.delete(lot);
        };
        const other = await queue.connect();
        opened.defer(() => other.close());
        await worker(look, backend, 2);
        await worker(look, other, 2);
        const doorbells = [bell(), bell(other)];
        for (let round = 1; round <= 40; round += 1) {
          for (const lot of lots) state.set(lot, round);
          await Promise.all(
            doorbells.map(doorbell =>
              doorbell.knockAll(
                'dispatch',
                lots.map(lot => ({ lot })),
              ),
            ),
          );
        }
        await until(() => lots.every(lot => seen.get(lot) === 40));
        expect(twice).toEqual([]);
        expect(queue.faults).toEqual([]);
      });
    });

    describe('counts', () => {
      const NONE = { waiting: 0, active: 0, delayed: 0 };

      it('tells what waits, what is active and what waits for its next attempt, by job', async () => {
        expect(Object.values(await countJobs(backend))).toEqual(
          Object.values(await countJobs(backend)).map(() => NONE),
        );
        const gate = answers.hold();
        const doorbell = bell();
        await worker();
        await doorbell.knockAll('dispatch', [{ lot: 'L1' }, { lot: 'L2' }, { lot: 'L3' }, { lot: 'L3' }]);
        await doorbell.knock('publish', {});
        await answers.reach(1);
        expect(await countJobs(backend)).toMatchObject({
          generate: NONE,
          dispatch: { waiting: 2, active: 1, delayed: 0 },
          publish: { waiting: 1, active: 0, delayed: 0 },
          shred: NONE,
        });
        answers.failWith(new Error('not now'));
        gate.resolve();
        await until(async () => (await countJobs(backend)).dispatch.delayed > 0);
        answers.failWith(undefined);
        await until(async () => (await countJobs(backend)).dispatch.waiting === 0);
        await until(async () => (await countJobs(backend)).dispatch.delayed === 0);
        await until(async () => (await countJobs(backend)).dispatch.active === 0);
      });
    });

    describe('failures', () => {
      it('tries a few times, and never lets a failed job stand in the way of a later knock', async () => {
        answers.failWith(new Error('the slot is locked'));
        await worker();
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(3);
        answers.failWith(undefined);
        expect(await doorbell.knock('dispatch', { lot: 'L1' })).toBe(true);
        await answers.reach(4);
        expect(answers.lots).toEqual(['L1', 'L1', 'L1', 'L1']);
        expect(queue.faults.map(({ code }) => code)).toEqual([
          'handler_failed',
          'handler_failed',
          'handler_failed',
        ]);
        expect(queue.faults[0]).toHaveProperty('cause.message', 'the slot is locked');
      });

      it('keeps a knock that came while the last attempt was failing', async () => {
        answers.failWith(new Error('no'));
        await worker();
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(2);
        const gate = answers.hold();
        await answers.reach(3);
        await doorbell.knock('dispatch', { lot: 'L1' });
        gate.resolve();
        await answers.reach(6);
        expect(answers.lots).toHaveLength(6);
      });
    });

    describe('closing', () => {
      it('gives back the job of a handler that stops at the abort', async () => {
        const listener = await worker(async (data, signal) => {
          await answers.answer(data);
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        });
        await bell().knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        await listener.close();
        await worker();
        await answers.reach(2);
        expect(answers.lots).toEqual(['L1', 'L1']);
        expect(queue.faults).toEqual([]);
      });

      it('waits for a handler that finishes, and takes no other job', async () => {
        const gate = answers.hold();
        const listener = await worker();
        const doorbell = bell();
        await doorbell.knockAll('dispatch', [{ lot: 'L1' }, { lot: 'L2' }]);
        await answers.reach(1);
        const closed = listener.close().then(() => answers.finished);
        gate.resolve();
        expect(await closed).toBe(1);
        await worker();
        await answers.untilLot('L2');
        expect(answers.lots).toEqual(['L1', 'L2']);
      });
    });

    describe('workers that die', () => {
      it('gives the job of a killed process to another', async () => {
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await using other = await otherProcess(queue.address);
        await other.says('took L1');
        other.signal('SIGKILL');
        await worker();
        await answers.reach(1);
        expect(answers.lots).toEqual(['L1']);
      });

      it('survives that a paused process finishes a job that another has done', async () => {
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await using other = await otherProcess(queue.address);
        await other.says('took L1');
        other.signal('SIGSTOP');
        const listener = await worker();
        await answers.reach(1);
        await listener.close();
        other.signal('SIGCONT');
        other.finish();
        await other.says('finished L1');
        await doorbell.knock('dispatch', { lot: 'L2' });
        await other.says('took L2');
        expect(answers.lots).toEqual(['L1']);
      });
    });

    describe.each(wipes)('a queue that is lost by %s', name => {
      const wipe = () => queue.wipes[name]?.() ?? expect.unreachable(`no wipe ${name}`);

      it('answers the next knock by the same worker', async () => {
        await worker();
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        await wipe();
        expect(await doorbell.knock('dispatch', { lot: 'L2' })).toBe(true);
        await answers.reach(2);
        expect(answers.lots).toEqual(['L1', 'L2']);
      });

      it('counts no job', async () => {
        const doorbell = bell();
        await doorbell.knockAll('dispatch', [{ lot: 'L1' }, { lot: 'L2' }]);
        await wipe();
        expect((await countJobs(backend)).dispatch).toEqual({ waiting: 0, active: 0, delayed: 0 });
      });

      it('does not disturb the active job, and loses no knock after', async () => {
        const gate = answers.hold();
        await worker();
        const doorbell = bell();
        await doorbell.knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        await doorbell.knock('dispatch', { lot: 'L1' });
        await wipe();
        await doorbell.knock('dispatch', { lot: 'L1' });
        gate.resolve();
        await answers.reach(2);
        await doorbell.knock('dispatch', { lot: 'last' });
        await answers.untilLot('last');
        expect(answers.lots.slice(0, 2)).toEqual(['L1', 'L1']);
      });

      it('is no hindrance to a process that starts after', async () => {
        await worker();
        await wipe();
        const late = await queue.connect();
        opened.defer(() => late.close());
        await bell(late).knock('dispatch', { lot: 'L1' });
        await answers.reach(1);
        expect(answers.lots).toEqual(['L1']);
      });
    });
  });
}

/** A worker in a process of its own, which takes jobs and finishes each when it is told to. */
async function otherProcess(address: readonly string[]) {
  const script = fileURLToPath(new URL('lasting-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [script, `${LOCK_MS}`, ...address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', text => {
    said += text;
  });
  return {
    says: (line: string) => until(() => said.includes(`${line}\n`)),
    finish: () => child.stdin.write('finish\n'),
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
