import { type Mishap, Tripwire } from './tripwire.ts';

/**
 * Lets a process live again and again, harmed at its first call, its second, and so on, until one lives to its end;
 * `check` judges what each leaves to the world. Resolves to how many were harmed.
 */
export async function harmEveryCall(
  mishap: Mishap,
  live: (wire: Tripwire) => Promise<void>,
  check: () => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    const wire = new Tripwire(mishap, at);
    await wire.live(() => live(wire));
    await check().catch(cause => {
      throw new Error(`after call ${at} of a process was harmed (${mishap})`, { cause });
    });
    if (!wire.hasTripped) return at - 1;
  }
}
