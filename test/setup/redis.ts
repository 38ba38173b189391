import { hasDocker } from './docker.ts';
import { programPath, redisUrl } from './requirements.ts';

/** What the tests take their Redis from, as a line for the person who runs them; null without any. */
export function redisNote(): string | null {
  const url = redisUrl();
  // Its URL may hold a password.
  if (url !== undefined) return 'Redis for the tests: the one of REDIS_URL, whose content they delete';
  if (hasDocker()) return 'Redis for the tests: containers of Docker';
  const program = programPath('redis');
  return program === undefined ? null : `Redis for the tests: ${program}`;
}
