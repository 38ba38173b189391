import { defineConfig } from 'vitest/config';

/** Unit tests of one package: no process, no network, no database. Run from the package's folder. */
export default defineConfig({
  test: {
    root: process.cwd(),
    include: ['src/**/*.test.ts'],
    exclude: ['src/**/*.integration.test.ts'],
    passWithNoTests: true,
    // Long enough for a machine that is busy with other things: a limit, not a measure.
    testTimeout: 60_000,
  },
});
