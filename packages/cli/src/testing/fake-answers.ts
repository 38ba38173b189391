import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const STATUSES: Readonly<Record<string, number>> = {
  invalid_input: 422,
  receipt_wrong: 422,
  token_missing: 401,
  token_invalid: 401,
  role_refused: 403,
  file_absent: 404,
  route_unknown: 404,
  range_not_satisfiable: 416,
  file_locked: 423,
  streams_exhausted: 429,
  internal_error: 500,
  temporarily_unavailable: 503,
};

/** Something that the API says no to. */
export class Refusal extends Error {
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.members = members;
  }

  get status(): number {
    return STATUSES[this.code] ?? (this.code.startsWith('unknown_') ? 404 : 409);
  }

  /** RFC 9457, as the API writes it. */
  get problem(): Readonly<Record<string, unknown>> {
    const { code, status, message } = this;
    const words = code.replaceAll('_', ' ');
    return {
      type: `https://seedlot.example/problems/${code}`,
      title: words.charAt(0).toUpperCase() + words.slice(1),
      status,
      detail: message,
      code,
      requestId: '00000000-0000-4000-8000-000000000000',
      ...this.members,
    };
  }
}

export interface Kept {
  readonly status: number;
  readonly body: unknown;
}

export function sendJson(response: ServerResponse, { status, body }: Kept): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

/** One page of a list, with a cursor that means nothing to clients. */
export function pageOf(items: readonly unknown[], query: URLSearchParams): unknown {
  const from = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0);
  const to = from + Number(query.get('limit') ?? 50);
  const next = to < items.length ? Buffer.from(String(to)).toString('base64url') : null;
  return { items: items.slice(from, to), next };
}

/** The head of a download by RFC 9110 section 14; returns the bytes that belong below it. */
export function startFile(request: IncomingMessage, response: ServerResponse, file: Buffer): Buffer {
  const etag = `"${sha256(file)}"`;
  const base = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag };
  const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const current = [undefined, etag].includes(request.headers['if-range']?.toString());
  const from = first !== undefined && current ? Number(first) : 0;
  if (from >= file.length) throw new Refusal('range_not_satisfiable', `The file has ${file.length} bytes`);
  const partial = first !== undefined && current;
  response.writeHead(partial ? 206 : 200, {
    ...base,
    'content-length': file.length - from,
    ...(partial && { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
  });
  return file.subarray(from);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
