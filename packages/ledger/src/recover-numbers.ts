import { sql } from 'kysely';
import type { Effect } from './effect.ts';

const SEQUENCES = ['staff', 'order', 'file', 'report', 'delivery', 'shred', 'hold', 'root-move'] as const;

/** A lot has the number of its order. */
const NUMBERED_AS: Readonly<Record<string, (typeof SEQUENCES)[number]>> = {
  lot: 'order',
  ...Object.fromEntries(SEQUENCES.map(noun => [noun, noun])),
};

/** The highest number of each noun that records have named: none of them is ever given again. */
export class UsedNumbers {
  readonly #highest = new Map<(typeof SEQUENCES)[number], bigint>();

  note(fields: Record<string, unknown>): void {
    for (const value of Object.values(fields)) {
      const [, noun = '', digits = ''] = /^([a-z]+(?:-[a-z]+)*)-(\d{6,18})$/.exec(String(value)) ?? [];
      const sequence = NUMBERED_AS[noun];
      if (sequence === undefined) continue;
      const number = BigInt(digits);
      if (number > (this.#highest.get(sequence) ?? 0n)) this.#highest.set(sequence, number);
    }
  }

  async skip(effect: Effect): Promise<void> {
    for (const [noun, number] of this.#highest) {
      const name = `${noun.replace('-', '_')}_numbers`;
      await sql`select setval(${name}, greatest(${number}::bigint, last_value)) from ${sql.table(name)}`.execute(
        effect.sql,
      );
    }
  }
}
