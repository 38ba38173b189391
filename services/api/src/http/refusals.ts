import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.ts';
import { answerProblem } from '../problems/translate.ts';
import { methodsOf } from '../routes/route.ts';
import { ROUTES } from '../routes/table.ts';

/** Answers any error, and logs what is our fault, once. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = answerProblem(error, request.id);
  if (status >= 500) request.log.error({ err: error, code: body.code }, 'a request failed');
  return reply.code(status).headers(headers).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
}

/** Answers what no route answers: 405 where another method would do, 404 elsewhere. */
export function refuseUnknown(request: FastifyRequest): never {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowed = Object.values(ROUTES)
    .filter(route => matches(route.path, path))
    .flatMap(methodsOf);
  if (allowed.length === 0) throw new ApiError('route_unknown', 'There is nothing at this path');
  const allow = allowed.join(', ');
  throw new ApiError('method_not_allowed', `This path knows ${allow}`, { headers: { allow } });
}

function matches(pattern: string, path: string): boolean {
  const steps = path.split('/');
  const wanted = pattern.split('/');
  return (
    steps.length === wanted.length &&
    wanted.every((step, i) => (step.startsWith(':') ? steps[i] !== '' : step === steps[i]))
  );
}
