import { randomUUID } from 'node:crypto';

export interface Call {
  readonly token?: string;
  /** As JSON, unless it is bytes or text: then as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the text, or an empty object. */
  readonly json: Record<string, unknown>;
}

/** One request. A POST has a fresh Idempotency-Key and a JSON body, unless its headers say otherwise. */
export async function call(
  url: string,
  request: string,
  { token, body, headers }: Call = {},
): Promise<Reply> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      ...headers,
    },
    ...(method === 'POST' && { body: asBody(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: jsonOf(answer.headers, text) };
}

function asBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return JSON.stringify(body ?? {});
}

function jsonOf(headers: Headers, text: string): Record<string, unknown> {
  return /json/.test(headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : {};
}
