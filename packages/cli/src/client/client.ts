import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { readJson, unintelligible } from './body.ts';
import { type Answer, type Door, type Request, send } from './connection.ts';
import { Persistence, type Tell } from './persistence.ts';

/** The greatest page that the API gives. */
const PAGE = 200;

/** A file that is sent as it is. */
export interface Upload {
  readonly headers: Readonly<Record<string, string>>;
  /** Its bytes, from the first one whenever they are iterated. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The API as the commands see it: answers in the shape that was asked for, or a CliError. */
export class Client {
  readonly #door: Door;
  readonly #terminal: Pick<Terminal, 'pause'>;
  readonly #tell: Tell;

  constructor(door: Door, terminal: Pick<Terminal, 'pause'>, tell: Tell) {
    this.#door = door;
    this.#terminal = terminal;
    this.#tell = tell;
  }

  get<Shape extends z.ZodType>(path: string, shape: Shape): Promise<z.output<Shape>> {
    return this.#ask({ method: 'GET', path }, shape);
  }

  /** A lost answer is asked for again under the same Idempotency-Key, so that it never takes effect twice. */
  post<Shape extends z.ZodType>(path: string, body: unknown, shape: Shape): Promise<z.output<Shape>> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.#ask({ method: 'POST', path, headers, body: JSON.stringify(body) }, shape);
  }

  /**
   * Sends a file. A lost answer is asked for again with the same bytes and the same Idempotency-Key, so that they
   * count once.
   */
  upload<Shape extends z.ZodType>(
    path: string,
    { headers, body }: Upload,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const own = { ...headers, 'idempotency-key': randomUUID() };
    return this.#ask({ method: 'POST', path, headers: own, body }, shape);
  }

  /** Every item of a list, or the first `limit` ones, page by page. */
  async list<Shape extends z.ZodType>(
    path: string,
    item: Shape,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<z.output<Shape>[]> {
    const shape = z.looseObject({ items: z.array(item).max(PAGE), next: z.string().nullable() });
    const items: z.output<Shape>[] = [];
    for (let next: string | null = ''; next !== null && items.length < limit; ) {
      const size = Math.min(PAGE, limit - items.length);
      const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
      const page = await this.get(`${path}?limit=${size}${cursor}`, shape);
      if (page.items.length === 0 && page.next !== null) throw unintelligible('a page without items');
      items.push(...page.items);
      next = page.next;
    }
    return items.slice(0, limit);
  }

  /** Opens a stream, tried once: whoever reads it knows where to go on. */
  open(path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return send(this.#door, { method: 'GET', path, headers });
  }

  async #ask<Shape extends z.ZodType>(request: Request, shape: Shape): Promise<z.output<Shape>> {
    const persistence = new Persistence(this.#terminal, this.#tell);
    for (;;) {
      try {
        const { chunks } = await send(this.#door, request);
        return await readJson(chunks, shape);
      } catch (fault) {
        await persistence.again(fault);
      }
    }
  }
}
