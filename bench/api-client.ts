import { randomUUID } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two questions for a state. */
const POLL_MS = 10;

/** Speaks to the API as one person or partner. */
export class ApiClient {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return (await (await this.#send(path, {})).json()) as Answer;
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#effect<Answer>(path, { headers, body: JSON.stringify(body) });
  }

  /** Sends a CSV as a stream, with its detached signature. */
  async upload<Answer>(path: string, csv: string, signature: Buffer): Promise<Answer> {
    const headers = { 'content-type': 'text/csv', 'seedlot-signature': signature.toString('base64') };
    const body = (await openAsBlob(csv)).stream();
    return this.#effect<Answer>(path, { headers, body, duplex: 'half' });
  }

  /** Into a new file. */
  async download(path: string, file: string): Promise<void> {
    const { body } = await this.#send(path, {});
    if (body !== null) await pipeline(body, createWriteStream(file));
  }

  /** Asks until the answer is as wanted. */
  async until<Answer>(path: string, wanted: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await this.get<Answer>(path);
      if (wanted(answer)) return answer;
      await pause(POLL_MS);
    }
  }

  async #effect<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const headers = { ...init.headers, 'idempotency-key': randomUUID() };
    return (await (await this.#send(path, { ...init, method: 'POST', headers })).json()) as Answer;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    const response = await fetch(`${this.url}/v1${path}`, { ...init, headers });
    if (response.ok) return response;
    throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
  }
}
