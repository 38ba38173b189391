import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Door } from '../door.ts';
import { readSerialList } from '../requests/serial-list.ts';
import { methodsOf, type Route } from '../routes/route.ts';
import { ROUTES, type RouteId } from '../routes/table.ts';
import { deliveries } from './deliveries.ts';
import type { Handler } from './handler.ts';
import { lots } from './lots.ts';
import { orders } from './orders.ts';
import { partners } from './partners.ts';
import { probes } from './probes.ts';
import { products } from './products.ts';
import { reports } from './reports.ts';
import { serials } from './serials.ts';
import { shreds } from './shreds.ts';
import { staff } from './staff.ts';
import { status } from './status.ts';
import { streams } from './streams.ts';
import { vendor } from './vendor.ts';

const HANDLERS: Readonly<Record<RouteId, Handler>> = {
  ...staff,
  ...products,
  ...partners,
  ...orders,
  ...lots,
  ...reports,
  ...deliveries,
  ...shreds,
  ...serials,
  ...streams,
  ...vendor,
  ...status,
  ...probes,
};

/** Adds every route of the table, and no other; the guard reads the table's entry from the route's config. */
export function addRoutes(app: FastifyInstance, door: Door): void {
  for (const [id, handler] of Object.entries(HANDLERS)) {
    const route: Route = ROUTES[id as RouteId];
    const scope = (add: (to: FastifyInstance) => void) => {
      if (route.kind === 'upload') app.register(async own => add(takesFiles(own, route.media)));
      else if ('csv' in route) app.register(async own => add(takesLists(own, door)));
      else add(app);
    };
    const entry = {
      method: methodsOf(route),
      url: route.path,
      config: { route },
      ...('bodyLimit' in route && { bodyLimit: route.bodyLimit }),
      handler: (request: FastifyRequest, reply: FastifyReply) => handler(door, request, reply),
    };
    scope(to => void to.route(entry));
  }
}

/** Within `app` a body may also be a list of serials in CSV. */
function takesLists(app: FastifyInstance, door: Door): FastifyInstance {
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (request: FastifyRequest, bytes: Buffer) =>
    readSerialList(door.ledger, request.query, bytes),
  );
  return app;
}

/** Within `app` a body of this kind is not read but handed on, and every other one is refused. */
function takesFiles(app: FastifyInstance, media: string): FastifyInstance {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(media, async (_: FastifyRequest, body: AsyncIterable<Uint8Array>) => body);
  return app;
}
