import { setTimeout as pause } from 'node:timers/promises';
import type { Door } from '../door.ts';
import { ApiError } from '../errors.ts';
import { ROUTES } from '../routes/table.ts';
import type { Handler } from './handler.ts';

const CHECK_MS = 2_000;

const alive: Handler = async (_door, _request, reply) =>
  reply.send(ROUTES.healthz.answer.parse({ process: 'ok' }));

/** Names the stores that fail, to whoever can reach the loopback address; why they do is in the log. */
const ready: Handler = async (door, request, reply) => {
  const checks = checksOf(door);
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, fault: await faultOf(check) })),
  );
  const failed = results.filter(({ fault }) => fault !== null);
  for (const { name, fault } of failed) request.log.warn({ err: fault, check: name }, 'a check failed');
  if (failed.length > 0) {
    throw new ApiError('not_ready', `These do not answer: ${failed.map(({ name }) => name).join(', ')}`);
  }
  return reply.send(ROUTES.readyz.answer.parse(Object.fromEntries(results.map(({ name }) => [name, 'ok']))));
};

export const probes = { healthz: alive, readyz: ready };

function checksOf({ ledger, filesRing, objects }: Door): Record<string, () => Promise<unknown>> {
  return {
    database: () => ledger.sql.selectNoFrom(({ val }) => val(1).as('answer')).execute(),
    filesSlot: () => filesRing.slot.highWater(),
    objects: () => objects.size('readiness'),
  };
}

async function faultOf(check: () => Promise<unknown>): Promise<unknown> {
  const overdue = pause(CHECK_MS, new Error(`No answer within ${CHECK_MS} ms`), { ref: false });
  return Promise.race([check().then(() => null), overdue]).catch(fault => fault);
}
