import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningSystem } from '../cli/system.ts';

/** The other side of both pages: who runs the system, and answers the phone. */
export class Vendor {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** With a product, and ops to act for it. */
  static async open({ url, token }: RunningSystem): Promise<Vendor> {
    const admin = new Vendor(url, token);
    const ops = await admin.post<{ token: string }>('/staff', { name: 'ops', role: 'ops' });
    const vendor = new Vendor(url, ops.token);
    await vendor.post('/products', {
      product: 'ex-totp-1',
      manufacturer: 'Example',
      model: 'EX-TOTP-1',
      oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
      seedLength: 20,
      serial: { prefix: '99', width: 11 },
      programmable: false,
    });
    return vendor;
  }

  /** Pins the key that a reader has sent, and gives out the token. Returns the fingerprint to compare on the phone. */
  async add(
    kind: 'factory' | 'customer',
    name: string,
    mail: { folder: string; key: string; token: string },
  ) {
    const publicKey = await readFile(path.join(mail.folder, mail.key), 'utf8');
    const collection = kind === 'factory' ? '/factories' : '/customers';
    const added = await this.post<{ fingerprint: string; token: string }>(collection, {
      [kind]: name,
      publicKey,
    });
    await writeFile(path.join(mail.folder, mail.token), `${added.token}\n`, { mode: 0o644 });
    return added.fingerprint;
  }

  async signer(): Promise<string> {
    const { items } = await this.get<{ items: { fingerprint: string }[] }>('/vendor-keys');
    return items[0]?.fingerprint ?? '';
  }

  get<Answer>(place: string): Promise<Answer> {
    return this.#ask(place, {});
  }

  post<Answer>(place: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.#ask(place, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #ask<Answer>(place: string, init: RequestInit): Promise<Answer> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#url}/v1${place}`, { ...init, headers });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${place}: ${JSON.stringify(answer)}`);
    return answer as Answer;
  }
}

const POLL_MS = 50;
const POLLS = 1200;

/** Asks until the answer is as wanted, as a person reloads a page. Throws with the last answer when it never is. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (let polls = 0; polls < POLLS; polls++) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await pause(POLL_MS);
  }
  throw new Error(`it stays at ${JSON.stringify(await ask())}`);
}
