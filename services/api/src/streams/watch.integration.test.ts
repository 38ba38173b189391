import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createApi } from '../index.ts';
import { call } from '../testing/client.ts';
import { dispatch, place, publish } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

interface Event {
  readonly id: string;
  readonly lot: Record<string, unknown>;
}

const watching: AbortController[] = [];
afterEach(() => {
  for (const each of watching.splice(0)) each.abort();
});

/** The events of a lot as a factory receives them. */
async function* watch(lot: string, { url = api.url, lastEventId = '' } = {}): AsyncGenerator<Event> {
  const abort = new AbortController();
  watching.push(abort);
  const headers = { authorization: `Bearer ${api.tokens.factory}`, 'last-event-id': lastEventId };
  const answer = await fetch(`${url}/v1/lots/${lot}/events`, { headers, signal: abort.signal });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.flatMap(eventIn);
  }
}

function eventIn(block: string): Event[] {
  if (block.startsWith(':')) return [];
  const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/s, 2)));
  expect(Object.keys(fields)).toEqual(['event', 'id', 'data']);
  return [{ id: fields.id, lot: JSON.parse(fields.data) }];
}

async function next(events: AsyncGenerator<Event>): Promise<Event> {
  const { value } = await events.next();
  return value as Event;
}

test('a lot is followed to the moment when its file may be downloaded', async () => {
  const { lot } = await place(api);
  const events = watch(lot);
  expect((await next(events)).lot).toMatchObject({ lot, state: 'ordered', pagesDone: 0 });
  const dispatched = await dispatch(api);
  await api.database.pool.query('update records set published_at = null where lot_id = $1', [dispatched.lot]);
  const waiting = watch(dispatched.lot);
  const unpublished = await next(waiting);
  expect(unpublished.lot).toMatchObject({ state: 'dispatched', file: { published: false } });
  await publish(api);
  const published = await next(waiting);
  expect(published.lot).toMatchObject({ state: 'dispatched', file: { published: true } });
  expect(published.id).not.toBe(unpublished.id);
  expect(await waiting.next()).toMatchObject({ done: true });
});

test('each change is told once, a cancellation as the last', async () => {
  const { lot, order } = await place(api);
  const events = watch(lot);
  const first = await next(events);
  await api.database.pool.query(`update lots set state = 'generating' where id = $1`, [lot]);
  const second = await next(events);
  await api.database.pool.query(`update lots set state = 'ordered' where id = $1`, [lot]);
  const third = await next(events);
  expect([first, second, third].map(event => event.lot.state)).toEqual(['ordered', 'generating', 'ordered']);
  expect(third.id).toBe(first.id);
  await call(api.url, `POST /v1/orders/${order}/cancel`, { token: api.tokens.ops });
  expect((await next(events)).lot.state).toBe('cancelled');
  expect(await events.next()).toMatchObject({ done: true });
});

describe('a watcher that comes back', () => {
  test('is not told again what it knows', async () => {
    const { lot, order } = await place(api);
    const { id } = await next(watch(lot));
    const events = watch(lot, { lastEventId: id });
    const told = next(events);
    await call(api.url, `POST /v1/orders/${order}/cancel`, { token: api.tokens.ops });
    expect((await told).lot.state).toBe('cancelled');
  });

  test('when nothing more will come, is told that by the end', async () => {
    const { lot } = await dispatch(api);
    const { id } = await next(watch(lot));
    expect(await watch(lot, { lastEventId: id }).next()).toMatchObject({ done: true });
  });
});

test('a stop of the server ends the events, not with an error', async () => {
  const { lot } = await place(api);
  const other = createApi(api.parts);
  const events = watch(lot, { url: await other.listen(0) });
  await next(events);
  await other.close();
  expect(await events.next()).toMatchObject({ done: true });
});

test('nine watchers of one caller are one too many, until one has left', async () => {
  const { lot } = await place(api);
  const other = createApi(api.parts);
  const url = await other.listen(0);
  await Promise.all(Array.from({ length: 8 }, () => next(watch(lot, { url }))));
  const ninth = await call(url, `GET /v1/lots/${lot}/events`, { token: api.tokens.factory });
  expect(ninth).toMatchObject({ status: 429, json: { code: 'streams_exhausted' } });
  const head = await call(url, `HEAD /v1/lots/${lot}/events`, { token: api.tokens.factory });
  expect(head.status).toBe(200);
  watching.shift()?.abort();
  await expect.poll(() => isWatched(url, lot)).toBe(true);
  await other.close();
});

async function isWatched(url: string, lot: string): Promise<boolean> {
  return next(watch(lot, { url })).then(
    () => true,
    () => false,
  );
}
