import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { parseJson, unintelligible } from './body.ts';
import type { Client } from './client.ts';
import type { Answer } from './connection.ts';
import { pathOf } from './path-of.ts';
import { Persistence, type Tell } from './persistence.ts';
import { eventsOf } from './server-sent-events.ts';
import { type LotView, lotView } from './views.ts';

/** Until these are over, a lot has no factory file. */
const UNDERWAY: readonly string[] = ['ordered', 'generating', 'sealed'];

/** Whether the factory file of a lot still is to come: it may be downloaded once its records are published. */
export function isUnderway({ state, file }: Pick<LotView, 'state' | 'file'>): boolean {
  return UNDERWAY.includes(state) || (state === 'dispatched' && file?.published !== true);
}

/** The lot whenever it changes, until its factory file may be downloaded or never will; goes on over broken connections. */
export async function* watchLot(
  client: Client,
  terminal: Pick<Terminal, 'pause'>,
  id: string,
  tell: Tell,
): AsyncGenerator<LotView> {
  const persistence = new Persistence(terminal, tell);
  const path = pathOf('lots', id, 'events');
  let last = { id: '', data: '' };
  for (;;) {
    try {
      const answer = await client.open(path, resuming(last.id));
      for await (const event of eventsOf(heard(answer, persistence))) {
        if (event.event !== 'lot' || event.data === last.data) continue;
        last = event;
        const lot = parseJson(event.data, lotView);
        yield lot;
        if (!isUnderway(lot)) return;
      }
      throw new CliError('connection_lost', `The server no longer tells about ${id}`);
    } catch (fault) {
      await persistence.again(fault);
    }
  }
}

function resuming(lastId: string): Record<string, string> {
  return { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) };
}

/** The stream of events. A heartbeat counts as well: a server ends a long stream now and then, also when nothing moves. */
async function* heard(answer: Answer, persistence: Persistence): AsyncGenerator<Uint8Array> {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) throw unintelligible('no event stream');
  for await (const chunk of answer.chunks) {
    persistence.progress();
    yield chunk;
  }
}
