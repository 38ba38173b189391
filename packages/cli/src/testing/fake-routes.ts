import type { IncomingHttpHeaders } from 'node:http';
import type { Kept } from './fake-answers.ts';
import type { FakeActor } from './fake-state.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A request as the fake API's parts see it. */
export interface FakeCall {
  readonly actor: FakeActor;
  /** What stands for each `:` of the route. */
  readonly ids: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly text: string;
  /** The text as JSON. */
  readonly body: Fields;
}

/** What a part of the fake API answers, by path below /v1. */
export interface FakeRoutes {
  readonly effects: Readonly<Record<string, (call: FakeCall) => Kept>>;
  readonly looks: Readonly<Record<string, (call: FakeCall) => unknown>>;
}

/** The route that a path follows, and what it names; null where there is none. */
export function routeOf<Route>(
  routes: Readonly<Record<string, Route>>,
  path: string,
): { readonly route: Route; readonly ids: readonly string[] } | null {
  for (const [pattern, route] of Object.entries(routes)) {
    const parts = pattern.split('/').map(part => (part === ':' ? '([^/]+)' : RegExp.escape(part)));
    const found = new RegExp(`^/v1/${parts.join('/')}$`).exec(path);
    if (found !== null) return { route, ids: found.slice(1).map(decodeURIComponent) };
  }
  return null;
}

export function done(body: unknown, status = 200): Kept {
  return { status, body };
}
