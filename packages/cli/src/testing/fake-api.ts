import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { LotView } from '../client/views.ts';
import { type Kept, pageOf, Refusal, sendJson, sha256, startFile } from './fake-answers.ts';
import { FakeDeliveries } from './fake-deliveries.ts';
import { FakeProduction } from './fake-production.ts';
import { done, type FakeCall, type FakeRoutes, routeOf } from './fake-routes.ts';
import { type FakeActor, FakeState, find } from './fake-state.ts';

/** What goes wrong, each for as many requests as it is pushed. */
export interface Faults {
  /** The effect happens, its answer never arrives: `POST /v1/orders`. */
  readonly lostAnswers: string[];
  /** Codes that are answered instead of anything else. */
  readonly refusals: string[];
  /** Bytes of a download after which its connection breaks. */
  readonly cuts: number[];
  /** Bytes of a request after which its connection breaks. */
  readonly uploadCuts: number[];
  /** Whether a byte in the middle of a download is another. */
  damage: boolean;
  /** What happens to a lot while it is watched; null breaks the connection. */
  readonly steps: (((lot: string) => LotView) | null)[];
}

/** An API on a loopback port that answers as the real one does, until it is told to fail. */
export class FakeApi {
  readonly state = new FakeState();
  readonly deliveries = new FakeDeliveries(this.state);
  readonly production = new FakeProduction(this.state);
  readonly faults: Faults = {
    lostAnswers: [],
    refusals: [],
    cuts: [],
    uploadCuts: [],
    damage: false,
    steps: [],
  };
  /** Every request, in order. */
  readonly requests: { readonly name: string; readonly headers: IncomingHttpHeaders }[] = [];
  readonly #server: Server;
  readonly #kept = new Map<string, Kept & { readonly hash: string }>();

  private constructor() {
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new RangeError('It does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const name = `${request.method} ${url.pathname}`;
    this.requests.push({ name, headers: request.headers });
    try {
      const actor = this.#actorOf(request);
      const refusal = this.faults.refusals.shift();
      if (refusal !== undefined) throw new Refusal(refusal, `The server was told to say ${refusal}`);
      await (request.method === 'POST'
        ? this.#effect(actor, url, request, response)
        : this.#read(actor, url, request, response));
    } catch (fault) {
      const known = fault instanceof Refusal ? fault : new Refusal('internal_error', String(fault));
      sendJson(response, { status: known.status, body: known.problem });
    }
  }

  #actorOf(request: IncomingMessage): FakeActor {
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw new Refusal('token_missing', 'Send a token');
    const actor = this.state.actors.get(token);
    if (actor === undefined) throw new Refusal('token_invalid', 'This token opens nothing');
    return actor;
  }

  async #effect(
    actor: FakeActor,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const text = await textOf(request, this.faults.uploadCuts);
    const name = `POST ${url.pathname}`;
    const answer = this.#once(
      `${request.headers['idempotency-key']}`,
      sha256(Buffer.from(`${name}\n${text}`)),
      () => this.#act(callOf(actor, url, request, text), url.pathname),
    );
    const lost = this.faults.lostAnswers.indexOf(name);
    if (lost < 0) return sendJson(response, answer);
    this.faults.lostAnswers.splice(lost, 1);
    response.destroy();
  }

  /** The effect of the first request with this key; its answer, without tokens, for all others. */
  #once(key: string, hash: string, act: () => Kept): Kept {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.hash !== hash) {
      throw new Refusal('idempotency_key_reused', 'This Idempotency-Key came with another request before');
    }
    if (kept !== undefined) return kept;
    const answer = act();
    const text = JSON.stringify(answer.body, (member, value) => (member === 'token' ? null : value));
    this.#kept.set(key, { status: answer.status, hash, body: JSON.parse(text) });
    return answer;
  }

  #act(call: FakeCall, path: string): Kept {
    const found = routeOf(this.#routes.effects, path);
    if (found === null) throw new Refusal('route_unknown', 'There is nothing at this path');
    return found.route({ ...call, ids: found.ids });
  }

  get #routes(): FakeRoutes {
    const { state } = this;
    const parts = [this.production.routes, this.deliveries.routes];
    return {
      effects: Object.assign(
        {
          staff: ({ body }: FakeCall) => done(state.addStaff(body), 201),
          products: ({ body }: FakeCall) => done(state.addProduct(body), 201),
          factories: ({ body }: FakeCall) => done(state.addFactory(body), 201),
          customers: ({ body }: FakeCall) => done(state.addCustomer(body), 201),
          'factories/:/key': ({ ids: [id = ''] }: FakeCall) =>
            done(state.replaceKey(state.factories, 'factory', id)),
          'customers/:/key': ({ ids: [id = ''] }: FakeCall) =>
            done(state.replaceKey(state.customers, 'customer', id)),
          orders: ({ body }: FakeCall) => done(state.placeOrder(body), 201),
          'orders/:/cancel': ({ ids: [id = ''] }: FakeCall) => done(state.cancelOrder(id)),
          'lots/:/receipt': ({ ids: [id = ''], body }: FakeCall) => this.#receipt(id, body),
          'files/:/unlock': ({ ids: [id = ''] }: FakeCall) => done(state.unlockFile(id)),
        },
        ...parts.map(({ effects }) => effects),
      ),
      looks: Object.assign({}, ...parts.map(({ looks }) => looks)),
    };
  }

  /** A wrong receipt is an effect: its refusal is kept like any answer. */
  #receipt(lot: string, body: Record<string, unknown>): Kept {
    try {
      return { status: 200, body: this.state.recordReceipt(lot, body) };
    } catch (fault) {
      if (!(fault instanceof Refusal) || fault.code !== 'receipt_wrong') throw fault;
      return { status: fault.status, body: fault.problem };
    }
  }

  async #read(actor: FakeActor, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = routeOf(this.#routes.looks, url.pathname);
    if (found !== null) {
      const call = { ...callOf(actor, url, request, ''), ids: found.ids };
      return sendJson(response, done(found.route(call)));
    }
    const [, , noun = '', id, part] = url.pathname.split('/');
    if (part === 'events') return this.#events(find(this.state.lots, 'lot', id), response);
    if (noun === 'deliveries' && part === 'file') {
      if (actor.kind !== 'customer')
        throw new Refusal('role_refused', `This is for customer; you are ${actor.role}`);
      return void response.end(startFile(request, response, this.state.file));
    }
    if (part === 'file') return this.#download(actor, find(this.state.lots, 'lot', id), request, response);
    if (noun === 'status') return this.#status(actor, response);
    const lists: Record<string, [items: readonly Record<string, unknown>[], noun: string]> = {
      staff: [this.state.staff, 'staff'],
      products: [this.state.products, 'product'],
      factories: [this.state.factories, 'factory'],
      customers: [this.state.customers, 'customer'],
      orders: [this.state.orders, 'order'],
      lots: [this.state.lots, 'lot'],
      'vendor-keys': [[VENDOR_KEY], 'fingerprint'],
    };
    const [items, name] = lists[noun] ?? [];
    if (items === undefined || name === undefined)
      throw new Refusal('route_unknown', 'There is nothing at this path');
    const body =
      id === undefined ? pageOf(items, url.searchParams) : find(items, name, decodeURIComponent(id));
    sendJson(response, { status: 200, body });
  }

  #status(actor: FakeActor, response: ServerResponse): void {
    if (actor.kind !== 'staff') throw new Refusal('role_refused', `This is for staff; you are ${actor.kind}`);
    sendJson(response, { status: 200, body: this.state.status });
  }

  async #events(lot: LotView, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const tell = (view: LotView) => new Promise<unknown>(resolve => response.write(eventOf(view), resolve));
    await tell(lot);
    for (let step = this.faults.steps.shift(); step !== undefined; step = this.faults.steps.shift()) {
      if (step === null) return void response.destroy();
      await tell(step(lot.lot));
    }
    response.end();
  }

  async #download(
    actor: FakeActor,
    lot: LotView,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (actor.kind !== 'factory')
      throw new Refusal('role_refused', `This is for factory; you are ${actor.role}`);
    if (lot.file === null)
      throw new Refusal('file_absent', `${lot.lot} is ${lot.state} and has no factory file`);
    const bytes = Buffer.from(startFile(request, response, this.state.file));
    if (this.faults.damage) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const cut = this.faults.cuts.shift();
    if (cut === undefined) return void response.end(bytes);
    response.write(bytes.subarray(0, cut), () => response.destroy());
  }
}

const VENDOR_KEY = {
  fingerprint: 'B'.repeat(40),
  publicKey: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEXgvhABYJKwYB\n-----END PGP PUBLIC KEY BLOCK-----\n',
};

function eventOf(lot: LotView): string {
  const data = JSON.stringify(lot);
  return `event: lot\nid: ${sha256(Buffer.from(data)).slice(0, 16)}\ndata: ${data}\n\n`;
}

function callOf(
  actor: FakeActor,
  { searchParams: query }: URL,
  { headers }: IncomingMessage,
  text: string,
): FakeCall {
  const isJson = headers['content-type'] === 'application/json' && text !== '';
  return { actor, ids: [], headers, query, text, body: isJson ? JSON.parse(text) : {} };
}

async function textOf(request: IncomingMessage, cuts: number[]): Promise<string> {
  const cut = request.headers['content-type'] === 'application/json' ? undefined : cuts.shift();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    size += chunk.length;
    if (cut !== undefined && size > cut) request.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}
