import type { Role } from '@seedlot/domain';
import type { Caller } from '@seedlot/ledger';
import type { z } from 'zod';

/** Whom a route may serve: a member of staff by role, a factory, a customer. */
export type Party = Role | 'factory' | 'customer';

export function partyOf({ role, kind }: Caller): Party {
  return role ?? (kind === 'factory' ? 'factory' : 'customer');
}

interface Described {
  /** As fastify writes it; a parameter is named after its noun, `:lot`. */
  readonly path: `/${string}`;
  readonly summary: string;
}

interface Guarded extends Described {
  readonly who: readonly Party[];
}

/** Reads state and changes nothing. HEAD is answered like GET. */
export interface ReadRoute extends Guarded {
  readonly kind: 'read';
  readonly method: 'GET';
  readonly query?: z.ZodObject;
  readonly answer: z.ZodType;
}

/** One effect: happens at most once for each Idempotency-Key. */
export interface EffectRoute extends Guarded {
  readonly kind: 'effect';
  readonly method: 'POST';
  readonly body: z.ZodObject;
  /** What the body may be instead of JSON: a list of serials, the rest of the request in the query. */
  readonly csv?: z.ZodObject;
  /** Bytes of the body at most; BODY_LIMIT when left out. */
  readonly bodyLimit?: number;
  readonly status: 200 | 201;
  readonly answer: z.ZodType;
  /** The member of the answer that names the new thing: it ends the Location. */
  readonly creates?: string;
}

/** Takes a file as it comes, of any length up to its limit; the same bytes again have no second effect. */
export interface UploadRoute extends Guarded {
  readonly kind: 'upload';
  readonly method: 'POST';
  readonly media: 'text/csv';
  /** Bytes of the file at most. */
  readonly bodyLimit: number;
  /** Request headers that it needs, each with what it is. */
  readonly headers: Readonly<Record<string, string>>;
  readonly status: 201;
  readonly answer: z.ZodType;
}

/** Answers with a stream that may run for long. HEAD opens none. */
export interface StreamRoute extends Guarded {
  readonly kind: 'stream';
  readonly method: 'GET';
  readonly media: 'application/octet-stream' | 'text/event-stream';
  /** Request headers that it heeds, each with what it does. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a stream of text carries. */
  readonly event?: z.ZodType;
}

/** Tells without a token whether the process lives or may be given work. */
export interface ProbeRoute extends Described {
  readonly kind: 'probe';
  readonly method: 'GET';
  readonly answer: z.ZodType;
}

export type Route = ReadRoute | EffectRoute | UploadRoute | StreamRoute | ProbeRoute;

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A request that passed the checks of its route. */
export interface Ask<R extends Route> {
  readonly caller: Caller;
  readonly params: Readonly<Record<ParamNames<R['path']>, string>>;
  readonly query: R extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined;
  readonly body: R extends { body: infer Body extends z.ZodType } ? z.output<Body> : undefined;
}

export function paramNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => name ?? []);
}

/** The methods that a route answers. */
export function methodsOf(route: Route): ('GET' | 'HEAD' | 'POST')[] {
  return route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'];
}
