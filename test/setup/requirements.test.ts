import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { reportMissingTools } from './missing-tools.ts';
import { redisNote } from './redis.ts';
import { canStartRedis, lacks, requirements, type Tool } from './requirements.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tools = Object.keys(requirements) as Tool[];
const suites = globSync(['{packages,services}/*/src/**/*.test.ts', 'test/*/**/*.test.ts'], {
  cwd: root,
}).filter(name => !name.includes('node_modules') && !import.meta.url.endsWith(name));

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each(tools)('the suites listed for %s are those that skip without it', tool => {
  const skipping = suites.filter(name =>
    readFileSync(`${root}/${name}`, 'utf8').includes(`lacks('${tool}')`),
  );
  expect([...requirements[tool]].sort()).toEqual(skipping.sort());
});

describe('on a machine without any tool', () => {
  const needed = {
    gpg: ['one.test.ts', 'two.test.ts'],
    sqop: [],
    redis: [],
    chromium: ['three.test.ts'],
    curl: [],
    pskctool: [],
    softhsm2: [],
  };

  test('each tool that a suite needs is named once, with the suites that it takes along', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', '');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    reportMissingTools(needed);
    expect(write.mock.calls).toEqual([
      [
        'gpg is not installed; skipped: one.test.ts, two.test.ts\n' +
          'chromium is not installed; skipped: three.test.ts\n',
      ],
    ]);
  });

  test('a run with CI=true fails', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'true');
    expect(() => reportMissingTools(needed)).toThrow(/CI=true.*\n.*gpg/);
  });

  test('nothing is said when no suite needs one', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'true');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    reportMissingTools({ gpg: [], sqop: [], redis: [], chromium: [], curl: [], pskctool: [], softhsm2: [] });
    expect(write).not.toHaveBeenCalled();
  });
});

describe('the Redis of the tests', () => {
  beforeEach(() => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('REDIS_URL', '');
    vi.stubEnv('SEEDLOT_TESTS_FOUND_DOCKER', '');
  });

  function installRedis(): string {
    const folder = mkdtempSync(join(tmpdir(), 'seedlot programs '));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'redis-server'), '', { mode: 0o755 });
    vi.stubEnv('PATH', folder);
    return join(folder, 'redis-server');
  }

  test('is missing without a URL, Docker and the program', () => {
    expect([lacks('redis'), canStartRedis(), redisNote()]).toEqual([true, false, null]);
  });

  test('comes from the URL first, which is not printed, for it may hold a password', () => {
    installRedis();
    vi.stubEnv('SEEDLOT_TESTS_FOUND_DOCKER', 'true');
    vi.stubEnv('REDIS_URL', 'redis://:hunter2@127.0.0.1:6379');
    expect(lacks('redis')).toBe(false);
    expect(redisNote()).toMatch(/REDIS_URL/);
    expect(redisNote()).not.toContain('hunter2');
  });

  test('comes from Docker next, and from the program last', () => {
    const program = installRedis();
    expect([lacks('redis'), canStartRedis(), redisNote()]).toEqual([
      false,
      true,
      `Redis for the tests: ${program}`,
    ]);
    vi.stubEnv('SEEDLOT_TESTS_FOUND_DOCKER', 'true');
    expect(redisNote()).toBe('Redis for the tests: containers of Docker');
  });

  test('of a URL can be emptied, but not be stopped', () => {
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:6379');
    expect([lacks('redis'), canStartRedis()]).toEqual([false, false]);
  });
});
