import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLiar } from '../testing/liar.ts';
import { Client } from './client.ts';
import { watchLot } from './watch-lot.ts';

interface Asked {
  readonly pauses: readonly number[];
  readonly said: readonly string[];
  /** What came of the work: its value, or the fault. */
  readonly result: unknown;
}

/** Longer than any answer of a test takes, on any machine. */
const LONG = 30_000;

/** Lets a client work against a server that answers whatever it likes. */
async function ask(
  answer: RequestListener,
  work: (client: Client) => Promise<unknown>,
  silence = LONG,
): Promise<Asked> {
  await using server = await startLiar(answer);
  const pauses: number[] = [];
  const said: string[] = [];
  const door = { server: server.url, token: 't', interrupted: new AbortController().signal, silence };
  const terminal = { pause: async (milliseconds: number) => void pauses.push(milliseconds) };
  const client = new Client(door, terminal, async text => void said.push(text));
  const result = await work(client).catch((fault: unknown) => fault);
  return { pauses, said, result };
}

const lot = z.object({ lot: z.string() });
const getLot = (client: Client) => client.get('v1/lots/lot-000001', lot);
const json = { 'content-type': 'application/json' };

describe('Client against a server that fails', () => {
  it('gives up on one that never answers, after five more tries', async () => {
    const { result, pauses, said } = await ask(() => {}, getLot, 20);
    expect(result).toMatchObject({ name: 'CliError', code: 'connection_lost' });
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000]);
    expect(said).toEqual([expect.stringContaining('trying again')]);
  });

  it('gives up on one that stops in the middle of an answer', async () => {
    const { result } = await ask(
      (_request, response) => response.writeHead(200, json).write('{"lot":'),
      getLot,
      20,
    );
    expect(result).toMatchObject({ code: 'connection_lost' });
  });

  it('waits as long as it is asked to, within reason', async () => {
    let times = 0;
    const { result, pauses } = await ask((_request, response) => {
      times += 1;
      if (times > 2) return void response.writeHead(200, json).end('{"lot":"lot-000001"}');
      response.writeHead(503, { 'retry-after': times === 1 ? '3' : '86400' }).end();
    }, getLot);
    expect(result).toEqual({ lot: 'lot-000001' });
    expect(pauses).toEqual([3000, 10_000]);
  });

  it('sends the same key for the same request and another for another', async () => {
    const keys: unknown[] = [];
    await ask(
      (request, response) => {
        keys.push(request.headers['idempotency-key']);
        if (keys.length === 1) return void response.destroy();
        response.writeHead(201, json).end('{"lot":"lot-000001"}');
      },
      async client => {
        await client.post('v1/orders', {}, lot);
        await client.post('v1/orders', {}, lot);
      },
    );
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('does not repeat what was refused, or what failed for good', async () => {
    for (const status of [400, 409, 422, 500]) {
      const { result, pauses } = await ask((_request, response) => response.writeHead(status).end(), getLot);
      expect(result).toMatchObject({ code: 'request_refused', problem: { status, code: `http_${status}` } });
      expect(pauses).toEqual([]);
    }
  });
});

describe('Client against a server that lies', () => {
  const answers: readonly [string, RequestListener][] = [
    ['no JSON', (_request, response) => response.writeHead(200, json).end('<html>')],
    ['JSON of another shape', (_request, response) => response.writeHead(200, json).end('{"lot":7}')],
    ['nothing', (_request, response) => response.writeHead(204).end()],
    [
      'a problem without a code',
      (_request, response) =>
        response.writeHead(400, { 'content-type': 'application/problem+json' }).end('{}'),
    ],
  ];

  it.each(answers)('refuses %s, once', async (_what, answer) => {
    const { result, pauses } = await ask(answer, getLot);
    expect(result).toMatchObject({ name: 'CliError', code: 'answer_unintelligible' });
    expect(pauses).toEqual([]);
  });

  it('stops reading an answer without end', async () => {
    let sent = 0;
    const { result } = await ask((_request, response) => {
      const block = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        if (response.destroyed) return;
        sent += block.length;
        response.write(block, more);
      };
      more();
    }, getLot);
    expect(result).toMatchObject({ code: 'answer_unintelligible' });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('carries its token nowhere else', async () => {
    const tokens: unknown[] = [];
    await using elsewhere = await startLiar((request, response) => {
      tokens.push(request.headers.authorization);
      response.writeHead(200, json).end('{"lot":"lot-000001"}');
    });
    const { result } = await ask(
      (_request, response) => response.writeHead(302, { location: elsewhere.url.href }).end(),
      getLot,
    );
    expect(result).toMatchObject({ code: 'request_refused', problem: { status: 302 } });
    expect(tokens).toEqual([]);
  });

  it('leaves a list whose pages never bring anything', async () => {
    const page = JSON.stringify({ items: [], next: 'again' });
    const { result } = await ask(
      (_request, response) => response.writeHead(200, json).end(page),
      client => client.list('v1/lots', lot),
    );
    expect(result).toMatchObject({ code: 'answer_unintelligible' });
  });

  it('takes no more of a list than it was told to', async () => {
    const queries: unknown[] = [];
    const items = Array.from({ length: 200 }, (_, at) => ({ lot: `lot-${at}` }));
    const { result } = await ask(
      (request, response) => {
        queries.push(request.url);
        response.writeHead(200, json).end(JSON.stringify({ items, next: 'a b' }));
      },
      client => client.list('v1/lots', lot, 250),
    );
    expect(result).toHaveLength(250);
    expect(queries).toEqual(['/v1/lots?limit=200', '/v1/lots?limit=50&cursor=a%20b']);
  });
});

describe('watchLot', () => {
  const made = {
    lot: 'lot-000001',
    order: 'order-000001',
    state: 'generating',
    product: 'p',
    factory: 'f',
    quantity: 1,
    firstSerial: '1',
    lastSerial: '1',
    pages: 1,
    pagesDone: 0,
    custody: {},
    seeds: {},
    file: null,
    failure: null,
  };
  const event = (id: string, state: string) =>
    `event: lot\nid: ${id}\ndata: ${JSON.stringify({ ...made, state })}\n\n`;
  const stream = { 'content-type': 'text/event-stream' };

  async function states(answer: RequestListener, silence = LONG): Promise<Asked> {
    const watch = async (client: Client) => {
      const seen: string[] = [];
      const views = watchLot(client, { pause: async () => {} }, 'lot-000001', async () => {});
      for await (const view of views) seen.push(view.state);
      return seen;
    };
    return ask(answer, watch, silence);
  }

  it('goes on from the last event when a stream falls silent or ends', async () => {
    const from: unknown[] = [];
    const { result } = await states((request, response) => {
      from.push(request.headers['last-event-id']);
      response.writeHead(200, stream);
      if (from.length === 1) response.write(event('a', 'generating'));
      if (from.length === 2) response.end(event('b', 'sealed'));
      if (from.length === 3) response.end(event('c', 'lost'));
    }, 1000);
    expect(result).toEqual(['generating', 'sealed', 'lost']);
    expect(from).toEqual([undefined, 'a', 'b']);
  });

  it('tells nothing twice when a server repeats itself', async () => {
    let times = 0;
    const { result } = await states((_request, response) => {
      times += 1;
      response.writeHead(200, stream).end(`${event('a', 'sealed')}${times > 3 ? event('b', 'lost') : ''}`);
    });
    expect(result).toEqual(['sealed', 'lost']);
  });

  it('follows a stream whose heartbeats are all that comes for long', async () => {
    let connections = 0;
    const { result } = await states((_request, response) => {
      connections += 1;
      response.writeHead(200, stream);
      if (connections < 20) return void response.end(':\n\n');
      response.end(event('a', 'cancelled'));
    });
    expect(result).toEqual(['cancelled']);
  });

  it('leaves a server that only ever hangs up', async () => {
    const { result } = await states((_request, response) => response.writeHead(200, stream).end());
    expect(result).toMatchObject({ code: 'connection_lost' });
  });

  it('leaves a server that answers something else', async () => {
    const { result } = await states((_request, response) => response.writeHead(200, json).end('{}'));
    expect(result).toMatchObject({ code: 'answer_unintelligible' });
  });
});
