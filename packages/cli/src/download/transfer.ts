import { unintelligible } from '../client/body.ts';
import type { Client } from '../client/client.ts';
import type { Answer } from '../client/connection.ts';
import { Persistence } from '../client/persistence.ts';
import { CliError } from '../errors.ts';
import type { Meter } from '../progress/meter.ts';
import type { Terminal } from '../terminal.ts';
import type { Sink } from './sink.ts';

export interface Transfer {
  /** The API's path of the file. */
  readonly path: string;
  /** What it has taken already, an earlier run left there. */
  readonly sink: Sink;
  readonly label: string;
}

/**
 * Fetches a file into a sink, over as many connections as it takes, and checks it whole. Returns its SHA-256. Throws
 * `download_damaged`, and what keeps happening to the connection.
 */
export async function transfer(
  client: Client,
  terminal: Pick<Terminal, 'pause'>,
  meter: Meter,
  { path, sink, label }: Transfer,
): Promise<string> {
  const persistence = new Persistence(terminal, text => meter.say(text));
  let hasLeftover = sink.size > 0;
  let tag: string | null = null;
  for (;;) {
    try {
      const answer = await client.open(path, rangeOf(sink, tag));
      const total = await resume(answer, sink);
      tag = tagOf(answer);
      for await (const chunk of answer.chunks) {
        await sink.write(chunk);
        persistence.progress();
        await meter.update({ label, done: sink.size, total });
      }
      assertWhole(sink, total);
      return assertUndamaged(sink, tag);
    } catch (fault) {
      if (!hasLeftover || !isForeign(fault)) await persistence.again(fault);
      else {
        hasLeftover = false;
        tag = null;
        await sink.restart();
      }
    }
  }
}

/** RFC 9110 section 13.1.5: with If-Range, a file that has changed comes whole. Of a leftover no tag is known. */
function rangeOf(sink: Sink, tag: string | null): Record<string, string> {
  return {
    accept: 'application/octet-stream',
    'accept-encoding': 'identity',
    ...(sink.size > 0 && { range: `bytes=${sink.size}-` }),
    ...(sink.size > 0 && tag !== null && { 'if-range': tag }),
  };
}

/** Makes the sink ready for what this answer brings; returns the size of the whole file. */
async function resume(answer: Answer, sink: Sink): Promise<number> {
  if (answer.status === 206) return rangeTotal(answer, sink.size);
  if (sink.size > 0) await sink.restart();
  const length = answer.headers.get('content-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) throw unintelligible('a file without its size');
  return Number(length);
}

function rangeTotal(answer: Answer, from: number): number {
  const [, first, total] =
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15})$/.exec(answer.headers.get('content-range') ?? '') ?? [];
  if (Number(first) !== from) throw unintelligible('another part of the file than was asked for');
  return Number(total);
}

/** The entity tag, which is the SHA-256 of the whole file. */
function tagOf(answer: Answer): string {
  const tag = answer.headers.get('etag') ?? '';
  if (!/^"[0-9a-f]{64}"$/.test(tag)) throw unintelligible('a file without its SHA-256');
  return tag;
}

/** What comes of going on with a leftover that is no part of the file: it is longer, or the whole is another. */
function isForeign(fault: unknown): boolean {
  return fault instanceof CliError && (fault.problem?.status === 416 || fault.code === 'download_damaged');
}

function assertWhole(sink: Sink, total: number): void {
  if (sink.size < total) throw new CliError('connection_lost', 'The file ended too early');
  if (sink.size > total) throw damaged(`${sink.size - total} bytes too many`);
}

function assertUndamaged(sink: Sink, tag: string): string {
  const digest = sink.digest();
  if (`"${digest}"` !== tag) throw damaged('its SHA-256 is not the one that the server announced');
  return digest;
}

function damaged(how: string): CliError {
  return new CliError('download_damaged', `The file arrived damaged: ${how}`, {
    advice: 'What came was thrown away; run the command again',
  });
}
