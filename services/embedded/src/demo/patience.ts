import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';

const POLL_MS = 100;
const PATIENCE_MS = 600_000;

/** Asks for a thing until it is as wanted; one that does not get there ends the demo. */
export async function awaitState<Answer extends { readonly state: string }>(
  client: Client,
  path: string,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const answer = await client.get<Answer>(path);
    if (wanted(answer)) return answer;
    await pause(POLL_MS);
  }
  const answer = await client.get<Answer & { failure?: { step: string; code: string } | null }>(path);
  const { state, failure = null } = answer;
  throw new Error(
    `${path} is still ${state}${failure === null ? '' : `; ${failure.step} fails with ${failure.code}`}`,
  );
}
