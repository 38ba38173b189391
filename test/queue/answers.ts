import { setTimeout as pause } from 'node:timers/promises';
import type { Doorbell } from '@seedlot/queue';

/** What a handler under test was called for, and how it answers. */
export class Answers {
  lots: string[] = [];
  finished = 0;
  #gates: Promise<void>[] = [];
  #fault: Error | undefined;

  reset(): void {
    this.lots = [];
    this.finished = 0;
    this.#gates = [];
    this.#fault = undefined;
  }

  readonly answer = async ({ lot }: { lot: string }): Promise<void> => {
    const gate = this.#gates.shift();
    this.lots.push(lot);
    await gate;
    if (this.#fault) throw this.#fault;
    this.finished += 1;
  };

  /** The next call ends only after the gate is resolved. */
  hold(): PromiseWithResolvers<void> {
    const gate = Promise.withResolvers<void>();
    this.#gates.push(gate.promise);
    return gate;
  }

  failWith(fault: Error | undefined): void {
    this.#fault = fault;
  }

  reach(calls: number): Promise<void> {
    return until(() => this.lots.length >= calls);
  }

  untilLot(lot: string): Promise<void> {
    return until(() => this.lots.includes(lot));
  }
}

/** Waits until `holds`; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(5);
}

/** As a sweep does: knocks now and then, until somebody has looked. */
export async function knockUntilHeard(doorbell: Doorbell, answers: Answers, lot: string): Promise<void> {
  while (!answers.lots.includes(lot)) {
    await doorbell.knock('dispatch', { lot });
    await pause(20);
  }
}
