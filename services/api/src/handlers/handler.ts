import type { Effect, Reader } from '@seedlot/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Door } from '../door.ts';
import { ApiError } from '../errors.ts';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.ts';
import { answerProblem } from '../problems/translate.ts';
import { askOf, bodyOf } from '../requests/ask.ts';
import { type Answered, type Outcome, once, requestKey } from '../requests/once.ts';
import type { Ask, EffectRoute } from '../routes/route.ts';
import { ROUTES, type RouteId, type Routes } from '../routes/table.ts';

/** Answers a request of one route. */
export type Handler = (door: Door, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The routes of one kind. */
export type RoutesOfKind<Kind> = {
  [Id in RouteId]: Routes[Id]['kind'] extends Kind ? Id : never;
}[RouteId];

type AnswerOf<Id extends RouteId> = Routes[Id] extends { answer: infer Answer extends z.ZodType }
  ? z.input<Answer>
  : never;

const JSON_MEDIA_TYPE = 'application/json';

/** Answers with what `work` read. */
export function read<Id extends RoutesOfKind<'read'>>(
  id: Id,
  work: (reader: Reader, ask: Ask<Routes[Id]>, door: Door) => Promise<AnswerOf<Id>> | AnswerOf<Id>,
): Handler {
  const route = ROUTES[id];
  return async (door, request, reply) => {
    const view = await work(door.ledger, askOf(route, request), door);
    return reply.type(JSON_MEDIA_TYPE).send(JSON.stringify(route.answer.parse(view)));
  };
}

/**
 * Runs `work` as one effect of the caller, once for each Idempotency-Key. A refusal that `work` throws undoes the
 * effect; one that it returns is the effect's answer, and is kept like any other.
 */
export function effect<Id extends RoutesOfKind<'effect'>>(
  id: Id,
  work: (effect: Effect, ask: Ask<Routes[Id]>) => Promise<AnswerOf<Id> | ApiError>,
): Handler {
  const route = ROUTES[id];
  return async ({ ledger }, request, reply) => {
    const key = requestKey(request.headers['idempotency-key'], request.method, request.url, bodyOf(request));
    const ask = askOf(route, request);
    const answered = await once(ledger, ask.caller.actor, key, async open =>
      outcomeOf(route, await work(open, ask), request.id),
    );
    return send(route, answered, reply);
  };
}

function outcomeOf(route: EffectRoute, result: unknown, requestId: string): Outcome {
  if (result instanceof ApiError) {
    const { status, body } = answerProblem(result, requestId);
    const text = JSON.stringify(body);
    return { status, text, keptText: text };
  }
  const body = route.answer.parse(result);
  const keptText = JSON.stringify(body, (member, value) => (member === 'token' ? null : value));
  return { status: route.status, text: JSON.stringify(body), keptText };
}

function send(route: EffectRoute, { status, text, replayed }: Answered, reply: FastifyReply): FastifyReply {
  if (replayed) reply.header('idempotency-replayed', 'true');
  if (route.creates !== undefined && status === 201) {
    reply.header('location', `${route.path}/${JSON.parse(text)[route.creates]}`);
  }
  return reply
    .code(status)
    .type(status < 400 ? JSON_MEDIA_TYPE : PROBLEM_MEDIA_TYPE)
    .send(text);
}
