import { randomUUID } from 'node:crypto';

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

  /** The bytes of a file, as they arrive. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send(path, {});
    if (!response.ok || response.body === null) await answerOf(response);
    return response.body as ReadableStream<Uint8Array>;
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
