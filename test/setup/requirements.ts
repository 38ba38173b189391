import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDocker } from './docker.ts';

/** Tools that are not npm packages, and the suites that need them: `describe.skipIf(lacks('gpg'))`. */
export const requirements = {
  gpg: [
    'test/docs/pages.test.ts',
    'test/openpgp/gpg-exports.test.ts',
    'test/openpgp/gpg-files.test.ts',
    'test/openpgp/gpg-hotp.test.ts',
    'test/openpgp/gpg-keys.test.ts',
    'test/openpgp/gpg-signatures.test.ts',
  ],
  sqop: ['test/openpgp/sqop-files.test.ts', 'test/openpgp/sqop-signatures.test.ts'],
  redis: ['test/doorbell/lossy-redis.test.ts', 'test/queue/redis.test.ts'],
  chromium: ['test/architecture/pure-packages.test.ts'],
  curl: ['test/docs/pages.test.ts'],
  pskctool: ['test/seed-files/pskctool.test.ts'],
  softhsm2: [
    'test/pkcs11/moved-seeds.test.ts',
    'test/pkcs11/root-move.test.ts',
    'test/pkcs11/root-slot.test.ts',
    'test/pkcs11/system.test.ts',
    'test/pkcs11/token.test.ts',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Tool = keyof typeof requirements;

/** How each tool is found: the first of these programs in PATH. */
const programs: Readonly<Record<Tool, readonly string[]>> = {
  gpg: ['gpg'],
  sqop: ['sqop'],
  redis: ['redis-server'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  curl: ['curl'],
  pskctool: ['pskctool'],
  softhsm2: ['softhsm2-util'],
};

/** Where pnpm puts the addon that speaks to tokens, unless it could not be compiled. */
const PKCS11_ADDON = fileURLToPath(
  new URL('../../packages/pkcs11-slot/node_modules/pkcs11js', import.meta.url),
);

export function lacks(tool: Tool): boolean {
  if (tool === 'redis') return redisUrl() === undefined && !canStartRedis();
  if (tool === 'softhsm2' && !existsSync(PKCS11_ADDON)) return true;
  return programPath(tool) === undefined;
}

/** Whether a Redis of our own can be started, which may then be stopped and killed. */
export function canStartRedis(): boolean {
  return hasDocker() || programPath('redis') !== undefined;
}

/** A Redis that is running already and may be used instead of one of our own. */
export function redisUrl(): string | undefined {
  return process.env.REDIS_URL || undefined;
}

/** The tool's program as an absolute path. */
export function programPath(tool: Tool): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '');
  return programs[tool].flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
