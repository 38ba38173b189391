import { type Caller, currentExport, currentFile, LedgerError, type StoredFile } from '@seedlot/ledger';
import type { FastifyReply } from 'fastify';
import type { Door } from '../door.ts';
import { askOf } from '../requests/ask.ts';
import { ROUTES } from '../routes/table.ts';
import { openDownload } from '../streams/download.ts';
import { lotEvents } from '../streams/lot-events.ts';
import { type Exchange, openStream } from '../streams/open-stream.ts';
import { type Part, partOf } from '../streams/range.ts';
import type { Handler } from './handler.ts';
import { deliveryFor } from './own-deliveries.ts';
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
  return serveFile(door, { request, reply }, { caller, file, isPublished: view.file?.published === true });
};

const downloadExport: Handler = async (door, request, reply) => {
  const { caller, params } = askOf(ROUTES.downloadExport, request);
  const view = await deliveryFor(door.ledger, caller, params.delivery);
  const file = await currentExport(door.ledger, params.delivery);
  return serveFile(door, { request, reply }, { caller, file, isPublished: view.file?.published === true });
};

interface Fetch {
  readonly caller: Caller;
  readonly file: StoredFile;
  readonly isPublished: boolean;
}

async function serveFile(door: Door, exchange: Exchange, { caller, file, isPublished }: Fetch) {
  const { request, reply } = exchange;
  const etag = `"${file.messageSha256.toString('hex')}"`;
  const { range, 'if-range': ifRange } = request.headers;
  const part = partOf({ range, ifRange: ifRange?.toString() }, { size: file.size, etag });
  if (request.method === 'HEAD') {
    if (!isPublished) {
      throw new LedgerError('records_unpublished', `Records of ${file.file} are still being published`);
    }
    return describe(reply, file, part, etag).send();
  }
  const stream = await openDownload(door, exchange, { caller, file, part });
  return describe(reply, file, part, etag).send(stream);
}

function describe(reply: FastifyReply, { name, size }: StoredFile, part: Part, etag: string): FastifyReply {
  const { start, end, partial } = part;
  if (partial) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${size}`);
  return reply.type(ROUTES.downloadFile.media).headers({
    'accept-ranges': 'bytes',
    'content-disposition': `attachment; filename="${name}"`,
    'content-length': end - start,
    etag,
  });
}

export const streams = { watchLot, downloadFile, downloadExport };
