import { expect, it } from 'vitest';
import { eventsOf } from '../../client/server-sent-events.ts';
import * as views from '../../client/views.ts';
import { type Asking, bodyOf } from './asking.ts';

export function events({ send, subject }: Asking): void {
  it('of a lot that is made are its state, and then the end', async () => {
    const { lot } = subject();
    const response = await send(`/lots/${lot}/events`, { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const seen = await Array.fromAsync(eventsOf(bodyOf(response)));
    expect(seen.map(({ event }) => event)).toEqual(['lot']);
    const state = views.lotView.parse(JSON.parse(seen[0]?.data ?? ''));
    expect(state).toMatchObject({ lot, state: 'dispatched', file: { published: true } });
  });
}
