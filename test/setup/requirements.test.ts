import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { reportMissingTools } from './missing-tools.ts';
import { lacks, programPath, requirements, type Tool } from './requirements.ts';

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
    pskctool: [],
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
    reportMissingTools({ gpg: [], sqop: [], redis: [], chromium: [], pskctool: [] });
    expect(write).not.toHaveBeenCalled();
  });
});

test('a Redis that is running somewhere makes the program unnecessary', () => {
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:6379');
  expect(lacks('redis')).toBe(false);
  expect(programPath('redis')).toBeUndefined();
});
