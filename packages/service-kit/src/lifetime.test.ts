import { describe, expect, it } from 'vitest';
import { Lifetime, type Service } from './lifetime.ts';

const LONG = 60_000;

function part(name: string, log: string[], fault?: Error): Service {
  return {
    name,
    start: async () => {
      log.push(`start ${name}`);
    },
    stop: async () => {
      log.push(`stop ${name}`);
      if (fault) throw fault;
    },
  };
}

describe('a lifetime', () => {
  it('stops in reverse order, once, after the signal', async () => {
    const life = new Lifetime();
    const log: string[] = [];
    life.signal.addEventListener('abort', () => log.push('signal'));
    await life.start(part('database', log));
    life.onEnd('file', () => log.push('close file'));
    await life.start(part('server', log));
    await life.end(LONG);
    await life.end(LONG);
    expect(log).toEqual([
      'start database',
      'start server',
      'signal',
      'stop server',
      'close file',
      'stop database',
    ]);
  });

  it('stops the others when one fails, and tells the first failure', async () => {
    const life = new Lifetime();
    const log: string[] = [];
    await life.start(part('a', log));
    await life.start(part('b', log, new Error('second')));
    life.onEnd('c', () => {
      throw new Error('first');
    });
    await expect(life.end(LONG)).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'stop_failed',
      message: 'stopping c failed',
      cause: { message: 'first' },
    });
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('does not stop what did not start', async () => {
    const life = new Lifetime();
    const log: string[] = [];
    const broken = { ...part('broken', log), start: () => Promise.reject(new Error('port taken')) };
    await expect(life.start(broken)).rejects.toThrow('port taken');
    await life.end(LONG);
    expect(log).toEqual([]);
  });

  it('names the part that does not stop in time', async () => {
    const life = new Lifetime();
    life.onEnd('never reached', () => {});
    life.onEnd('the pool', () => new Promise(() => {}));
    await expect(life.end(1)).rejects.toMatchObject({
      code: 'stop_overdue',
      message: 'the pool did not end within 1 ms',
    });
  });

  it('starts nothing more once it ends', async () => {
    const life = new Lifetime();
    const log: string[] = [];
    await life.end(LONG);
    await expect(life.start(part('late', log))).rejects.toThrow('the process ends');
    expect(log).toEqual([]);
  });

  it('waits for a start under way, and stops what that brought to life', async () => {
    const life = new Lifetime();
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const slow: Service = { ...part('slow', log), start: () => gate.promise };
    const start = life.start(slow).then(() => life.start(part('next', log)));
    const end = life.end(LONG, start);
    gate.resolve();
    await end;
    await expect(start).rejects.toThrow('the process ends');
    expect(log).toEqual(['stop slow']);
  });
});
