import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from '../errors.ts';
import type { Lifetime } from '../lifetime.ts';
import { runService } from '../run-service.ts';

// A process for run-service.integration.test.ts: runs the scenario that its argument names.

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Keeps the process alive, as a server would. */
function stay(life: Lifetime): void {
  const timer = setInterval(() => {}, 1_000);
  life.onEnd('timer', () => clearInterval(timer));
}

const scenarios: Record<string, (life: Lifetime) => Promise<undefined | 'done'>> = {
  async server(life) {
    stay(life);
    life.signal.addEventListener('abort', () => say('signal'));
    life.onEnd('first', () => say('stop first'));
    life.onEnd('second', () => say('stop second'));
    say('up');
    return undefined;
  },
  async task(life) {
    stay(life);
    life.onEnd('first', () => say('stop first'));
    return 'done';
  },
  async refused(life) {
    life.onEnd('first', () => say('stop first'));
    throw new ServiceError('config_invalid', 'PORT: is missing\nand more');
  },
  async defect() {
    throw new TypeError('nobody foresaw this');
  },
  async uncaught(life) {
    stay(life);
    life.onEnd('first', () => say('stop first'));
    setImmediate(() => {
      throw new TypeError('uncaught');
    });
    return undefined;
  },
  async unhandled(life) {
    stay(life);
    setImmediate(() => Promise.reject(new ServiceError('address_unavailable', 'unhandled')));
    return undefined;
  },
  async hanging(life) {
    stay(life);
    life.onEnd('the pool', () => new Promise(() => {}));
    say('up');
    return undefined;
  },
  async starting(life) {
    stay(life);
    say('up');
    while (!life.signal.aborted) await pause(5);
    await pause(20);
    life.onEnd('child', () => say('stop child'));
    say('child started');
    return undefined;
  },
};

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error('no such scenario');
runService({ name: 'test', stopWithinMs: Number(process.argv[3] ?? 20_000) }, scenario);
