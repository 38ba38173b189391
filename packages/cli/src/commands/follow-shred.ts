import type { Client } from '../client/client.ts';
import { type ShredView, shredView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { Waiting } from '../progress/waiting.ts';

/** The shred once it is completed, its steps told on the way. Throws `shred_abandoned` when it will never be. */
export async function followShred(call: Invocation, client: Client, id: string): Promise<ShredView> {
  const waiting = new Waiting(call.terminal);
  try {
    for (;;) {
      const shred = await client.get(pathOf('shreds', id), shredView);
      if (shred.completedAt !== null) return shred;
      if (shred.abandonedAt !== null)
        throw new CliError('shred_abandoned', `${id} was given up; see why in the log of the shredder`);
      await waiting.another(`${id}: ${stepOf(shred)}`);
    }
  } catch (fault) {
    throw goesOn(fault, id);
  } finally {
    await waiting.clear();
  }
}

function stepOf({ intendedAt, seedsRoot, filesRoot, mirroredAt, rootsDestroyedAt }: ShredView): string {
  if (rootsDestroyedAt !== null) return 'old roots are destroyed, a check follows';
  if (mirroredAt !== null) return 'mirrored, the old roots are destroyed';
  if (filesRoot !== null) return 'the keys of the files are replaced';
  if (seedsRoot !== null) return 'the keys of the seeds are replaced';
  return intendedAt === null ? 'waits for the shredder' : 'its intent is on record';
}

function goesOn(fault: unknown, id: string): unknown {
  if (!(fault instanceof CliError) || fault.code !== 'interrupted') return fault;
  return new CliError('interrupted', `Interrupted; ${id} goes on all the same`, {
    advice: `Look again with: seedlot shred show ${id}`,
    cause: fault,
  });
}
