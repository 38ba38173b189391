import { expect } from 'vitest';
import { Gate } from './gate.ts';

/** A process that is stopped, what happens meanwhile, and what must hold once it has gone on. */
export interface Stop {
  readonly work: (gate: Gate) => Promise<void>;
  readonly meanwhile: () => Promise<void>;
  readonly check: () => Promise<void>;
  /** How the work may fail when it finds the world changed. */
  readonly refusals: readonly string[];
}

/** Stops the work at its first call, its second, and so on. Resolves to the codes that it failed with. */
export async function stopEveryCall({ work, meanwhile, check, refusals }: Stop): Promise<Set<string>> {
  const met = new Set<string>();
  for (let at = 1; ; at++) {
    const gate = new Gate(at);
    const fault = await gate.during(work(gate), meanwhile);
    if (fault !== null) {
      const code = (fault as { code?: string }).code ?? String(fault);
      expect(refusals, `stopped at call ${at}: ${fault instanceof Error ? fault.stack : fault}`).toContain(
        code,
      );
      met.add(code);
    }
    await check().catch(cause => {
      throw new Error(`after the process was stopped at call ${at}`, { cause });
    });
    if (!gate.wasReached) return met;
  }
}
