import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** A refusal of the API: its problem's code and detail. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** One actor of the demo, speaking to the API as any other client would. */
export class Client {
  readonly #server: string;
  readonly #token: string;

  constructor(server: string, token: string) {
    this.#server = server;
    this.#token = token;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return answerOf<Answer>(await this.#send(path, {}));
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return answerOf<Answer>(await this.#send(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  /** Sends a signed CSV as a stream. */
  async upload<Answer>(path: string, csv: string, signature: string): Promise<Answer> {
    const headers = {
      'content-type': 'text/csv',
      'seedlot-signature': (await readFile(signature)).toString('base64'),
    };
    const body = await openAsBlob(csv);
    return answerOf<Answer>(
      await this.#send(path, { method: 'POST', headers, body: body.stream(), duplex: 'half' }),
    );
  }

  /** The bytes of a file, as they arrive. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    for (let waited = 0; ; waited += PAUSE_MS) {
      const response = await this.#send(path, {});
      if (response.ok && response.body !== null) return response.body;
      const cause = await answerOf(response).catch((fault: unknown) => fault);
      // A shred of other files is about to give the store a new root: in a moment it is done.
      if (!(cause instanceof Refusal && cause.code === 'lease_refused') || waited > PATIENCE_MS) throw cause;
      await pause(PAUSE_MS);
    }
  }

  #send(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return fetch(`${this.#server}/v1${path}`, { ...init, headers });
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = await response.json();
  if (response.ok) return answer as Answer;
  const { code, detail } = answer as { code: string; detail: string };
  throw new Refusal(code, detail);
}

/** The code of the refusal that an attempt meets, null when it succeeds. */
export async function refusalCode(attempt: Promise<unknown>): Promise<string | null> {
  try {
    await attempt;
    return null;
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
}
