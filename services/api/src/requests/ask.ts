import type { FastifyRequest } from 'fastify';
import { ApiError, type ProblemCode } from '../errors.ts';
import { idSchema, nothingSchema, serialSchema } from '../routes/questions.ts';
import { type Ask, paramNames, type Route } from '../routes/route.ts';
import { type JsonBody, NO_BODY } from './json-body.ts';
import { checked } from './validation.ts';

/** What is told where a parameter names nothing: each is called after its noun. */
const UNKNOWN: Readonly<Record<string, ProblemCode>> = {
  staff: 'unknown_staff',
  product: 'unknown_product',
  factory: 'unknown_factory',
  customer: 'unknown_customer',
  order: 'unknown_order',
  lot: 'unknown_lot',
  file: 'unknown_file',
  report: 'unknown_report',
  delivery: 'unknown_delivery',
  serial: 'unknown_serial',
  shred: 'unknown_shred',
};

/** The attacker-controlled request as its route has it. Throws `invalid_input`, `unknown_…`. */
export function askOf<R extends Route>(route: R, request: FastifyRequest): Ask<R> {
  if (request.caller === null) throw new RangeError('A guarded route is behind the guard');
  const params = Object.fromEntries(paramNames(route.path).map(name => [name, paramOf(request, name)]));
  const query = checked(
    'query' in route ? route.query : nothingSchema,
    isList(route, request) ? {} : request.query,
  );
  const body = 'body' in route ? checked(route.body, bodyOf(request).value) : undefined;
  // The three were just checked with the route's own schemas; TypeScript cannot follow that through the generic.
  return { caller: request.caller, params, query, body } as Ask<R>;
}

/** Without a body nothing was parsed. */
export function bodyOf(request: FastifyRequest): JsonBody {
  return (request.body as JsonBody | undefined) ?? NO_BODY;
}

function paramOf(request: FastifyRequest, name: string): string {
  const text = (request.params as Record<string, string>)[name];
  const id = (name === 'serial' ? serialSchema : idSchema).safeParse(text);
  if (id.success) return id.data;
  throw new ApiError(
    UNKNOWN[name] ?? 'route_unknown',
    `A text of ${text?.length ?? 0} characters names no ${name}`,
  );
}

/** Then the query has become a part of the body. */
function isList(route: Route, request: FastifyRequest): boolean {
  return 'csv' in route && (request.headers['content-type'] ?? '').startsWith('text/csv');
}
