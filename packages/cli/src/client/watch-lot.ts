import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { parseJson, unintelligible } from './body.ts';
import type { Client } from './client.ts';
import type { Answer } from './connection.ts';
import { pathOf } from './path-of.ts';
import { Persistence } from './persistence.ts';
import { eventsOf } from './server-sent-events.ts';
import { type LotView, lotView } from './views.ts';

/** Until these are over, a lot has no factory file. */
const UNDERWAY: readonly string[] = ['ordered', 'generating', 'sealed'];

export function isUnderway(lot: Pick<LotView, 'state'>): boolean {
  return UNDERWAY.includes(lot.state);
}

/** The lot whenever it changes, until it has its factory file or never will; goes on over broken connections. */
export async function* watchLot(
  client: Client,
  terminal: Pick<Terminal, 'pause'>,
  id: string,
): AsyncGenerator<LotView> {
  const persistence = new Persistence(terminal);
  const path = pathOf('lots', id, 'events');
  let last = { id: '', data: '' };
  for (;;) {
    try {
      const answer = await client.open(path, resuming(last.id));
      for await (const event of eventsOf(streamOf(answer))) {
        if (event.event !== 'lot' || event.data === last.data) continue;
        last = event;
        persistence.progress();
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

function streamOf(answer: Answer): AsyncIterable<Uint8Array> {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) throw unintelligible('no event stream');
  return answer.chunks;
}
