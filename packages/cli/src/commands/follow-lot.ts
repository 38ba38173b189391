import { PAGE_SIZE } from '@seedlot/domain';
import type { Client } from '../client/client.ts';
import type { LotView } from '../client/views.ts';
import { isUnderway, watchLot } from '../client/watch-lot.ts';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../output/figures.ts';
import { Meter, type Reading } from '../progress/meter.ts';
import { trouble } from './lot-facts.ts';

/** Shows the way of a lot until its factory file is there. Throws `lot_ended` when there will never be one. */
export async function followLot(call: Invocation, client: Client, id: string): Promise<LotView> {
  const meter = new Meter(call.terminal, { say: count, name: ' seeds' });
  try {
    let told = '';
    for await (const lot of watchLot(client, call.terminal, id, text => meter.say(text))) {
      const now = trouble(lot);
      if (now !== '' && now !== told) await meter.say(now);
      told = now;
      assertAlive(lot);
      await meter.update(readingOf(lot));
      if (!isUnderway(lot)) return lot;
    }
    throw new CliError('connection_lost', `The server no longer tells about ${id}`);
  } catch (fault) {
    throw goesOn(fault, id);
  } finally {
    await meter.clear();
  }
}

/** The seeds that are made; afterwards the lot is whole and waits for its file. */
function readingOf(lot: LotView): Reading {
  const done = Math.min(lot.quantity, lot.pagesDone * PAGE_SIZE);
  return { label: `${lot.lot} ${lot.state}`, done, total: lot.quantity };
}

function assertAlive(lot: LotView): void {
  if (lot.state !== 'cancelled' && lot.state !== 'lost') return;
  throw new CliError('lot_ended', `${lot.lot} is ${lot.state}; it has no factory file`);
}

/** Whoever stops looking should know that the lot does not stop. */
function goesOn(fault: unknown, id: string): unknown {
  if (!(fault instanceof CliError) || fault.code !== 'interrupted') return fault;
  return new CliError('interrupted', `Interrupted; ${id} is made all the same`, {
    advice: `Look again with: seedlot lot show ${id} --watch`,
    cause: fault,
  });
}
