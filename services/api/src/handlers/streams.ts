import { currentFile, LedgerError, type LotView, type StoredFile } from '@seedlot/ledger';
import type { FastifyReply } from 'fastify';
import { askOf } from '../requests/ask.ts';
import { ROUTES } from '../routes/table.ts';
import { openDownload } from '../streams/download.ts';
import { lotEvents } from '../streams/lot-events.ts';
import { openStream } from '../streams/open-stream.ts';
import { type Part, partOf } from '../streams/range.ts';
import type { Handler } from './handler.ts';
import { lotFor } from './own-lots.ts';

/** Milliseconds that a watcher may stay; it reconnects where it was, and its token is looked at again. */
const WATCH_MS = 10 * 60_000;

const watchLot: Handler = async (door, request, reply) => {
  const { media, event } = ROUTES.watchLot;
  const { caller, params } = askOf(ROUTES.watchLot, request);
  const look = async () => event.parse(await lotFor(door.ledger, caller, params.lot));
  await look();
  reply.type(media);
  if (request.method === 'HEAD') return reply.send();
  const place = door.places.take(caller.actor);
  const lastEventId = request.headers['last-event-id']?.toString();
  const ending = AbortSignal.any([door.stopping, AbortSignal.timeout(WATCH_MS)]);
  const stream = openStream({ request, reply }, ending, signal => lotEvents(look, { lastEventId, signal }));
  return reply.send(stream.once('close', () => place.leave()));
};

const downloadFile: Handler = async (door, request, reply) => {
  const { caller, params } = askOf(ROUTES.downloadFile, request);
  const view = await lotFor(door.ledger, caller, params.lot);
  const file = await currentFile(door.ledger, params.lot);
  const etag = `"${file.messageSha256.toString('hex')}"`;
  const { range, 'if-range': ifRange } = request.headers;
  const part = partOf({ range, ifRange: ifRange?.toString() }, { size: file.size, etag });
  if (request.method === 'HEAD') {
    assertPublished(view);
    return describe(reply, file, part, etag).send();
  }
  const stream = await openDownload(door, { request, reply }, { caller, file, part });
  return describe(reply, file, part, etag).send(stream);
};

function assertPublished({ lot, file }: LotView): void {
  if (file?.published === true) return;
  throw new LedgerError('records_unpublished', `Records of ${lot} are still being published`);
}

function describe(reply: FastifyReply, { lot, size }: StoredFile, part: Part, etag: string): FastifyReply {
  const { start, end, partial } = part;
  if (partial) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${size}`);
  return reply.type(ROUTES.downloadFile.media).headers({
    'accept-ranges': 'bytes',
    'content-disposition': `attachment; filename="${lot}.csv.pgp"`,
    'content-length': end - start,
    etag,
  });
}

export const streams = { watchLot, downloadFile };
