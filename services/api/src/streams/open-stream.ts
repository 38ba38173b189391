import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds that a stream which is to end may still take; then its connection is cut. */
const GRACE_MS = 2_000;

/** The request that a stream answers. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * A response body that may run for long. `source` gets a signal that aborts with `ending`, and when the client has
 * left. Once `ending` has aborted, the connection is cut after a while, also when the client neither reads nor leaves.
 */
export function openStream(
  { request, reply }: Exchange,
  ending: AbortSignal,
  source: (signal: AbortSignal) => AsyncIterable<Uint8Array | string>,
): Readable {
  const gone = new AbortController();
  const stream = Readable.from(source(AbortSignal.any([ending, gone.signal])), { objectMode: false });
  stream.on('error', fault => request.log.warn({ err: fault }, 'a stream was cut'));
  const cut = () => setTimeout(() => reply.raw.destroy(), GRACE_MS).unref();
  ending.addEventListener('abort', cut, { once: true });
  // Not the stream's own close, which waits for a source that only this signal ends.
  reply.raw.once('close', () => {
    gone.abort();
    ending.removeEventListener('abort', cut);
  });
  if (reply.raw.closed) gone.abort();
  return stream;
}
