import { CliError } from '../errors.ts';
import { problemOf } from './problem.ts';

/** Where requests go and in whose name. */
export interface Door {
  readonly server: URL;
  readonly token: string;
  /** Ends every request under way. */
  readonly interrupted: AbortSignal;
  /** Milliseconds without a byte from the server after which a connection counts as lost. */
  readonly silence: number;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  /** Below the server's address, `v1/lots`; made by `pathOf` where it holds what a person typed. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes are read anew for each try. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** An answer whose status says that the request was granted. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * One request, tried once. Throws `request_refused` with the problem that the server sent, `server_unreachable` when
 * nothing was sent, `connection_lost` when that cannot be known, `interrupted`. Reading the chunks throws the last two.
 */
export async function send(door: Door, request: Request): Promise<Answer> {
  const silence = new Silence(door.silence);
  const signal = AbortSignal.any([door.interrupted, silence.signal]);
  try {
    const response = await fetch(urlOf(door.server, request.path), {
      method: request.method,
      headers: { accept: 'application/json', ...request.headers, authorization: `Bearer ${door.token}` },
      ...bodyOf(request, silence),
      redirect: 'manual', // a redirect would carry the request to where nobody sent it
      signal,
    });
    const chunks = listen(response, silence, door);
    if (!response.ok) throw await problemOf(response.status, response.headers, chunks);
    return { status: response.status, headers: response.headers, chunks };
  } catch (fault) {
    silence.end();
    throw explained(fault, door);
  }
}

function urlOf(server: URL, path: string): URL {
  const base = server.pathname.endsWith('/') ? server.href : `${server.href}/`;
  return new URL(path, base);
}

/** What is sent. As long as the server takes more of a stream, it is there. */
function bodyOf({ body }: Request, silence: Silence): Pick<RequestInit, 'body' | 'duplex'> {
  if (body === undefined) return {};
  return typeof body === 'string' ? { body } : { body: speak(body, silence), duplex: 'half' };
}

async function* speak(body: AsyncIterable<Uint8Array>, silence: Silence): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    silence.break();
    yield chunk;
  }
}

async function* listen(response: Response, silence: Silence, door: Door): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      silence.break();
      yield chunk;
    }
  } catch (fault) {
    throw explained(fault, door);
  } finally {
    silence.end();
  }
}

/** Aborts its signal once nothing has come for a while. */
class Silence {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(limit: number) {
    this.#timer = setTimeout(() => this.#abort.abort(), limit).unref();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  break(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Failures of the network before a connection stands: the server has seen nothing of the request. */
const NOTHING_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function explained(fault: unknown, door: Door): CliError {
  const own = ownFault(fault);
  if (own !== null) return own;
  if (door.interrupted.aborted) return new CliError('interrupted', 'Interrupted', { cause: fault });
  const reason = networkCode(fault);
  if (reason !== null && NOTHING_SENT.has(reason)) {
    return new CliError('server_unreachable', `Nothing answers at ${door.server.origin} (${reason})`, {
      advice: 'Start it with `seedlot up`, or name its address with --server',
      cause: fault,
    });
  }
  return new CliError('connection_lost', `The connection to ${door.server.origin} was lost`, {
    advice: 'Try again in a moment',
    cause: fault,
  });
}

/** A fault of this side: of an answer's shape, or of the file that is sent, which fetch wraps. */
function ownFault(fault: unknown): CliError | null {
  for (let at: unknown = fault; at instanceof Error; at = at.cause) {
    if (at instanceof CliError) return at;
  }
  return null;
}

/** The system's code for what went wrong: fetch wraps it, one level deep or two. */
function networkCode(fault: unknown): string | null {
  for (let at: unknown = fault; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}
