import { defineConfig } from 'vitest/config';

/** Everything that needs real parts: PostgreSQL, Redis, gpg, browsers, processes, the whole tree. */
export default defineConfig({
  test: {
    include: ['{packages,services}/*/src/**/*.integration.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/setup/global.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
