// vitest.config.ts - the suites of `./nearcade test`, one project each. Order and parallelism: src/main/test.ts.
import { defineConfig } from 'vitest/config';

/** A node's bench takes the processors from the test that happens to run. */
const env = { NEARCADE_BENCH: 'off' };

/** Pages before a hub of the test's own. They wait for the browser more than for a processor, so that two files run at once. */
const PAGES = 'test/e2e/{web-*,cafe-desk,cafe-pages,kiosk-seat}.test.ts';

const project = (name: string, include: string[], extra: object = {}) => ({
  test: { name, include, environment: 'node' as const, env, testTimeout: 60_000, hookTimeout: 120_000, ...extra },
});

export default defineConfig({
  test: {
    projects: [
      project('checks', ['test/checks/**/*.test.ts']),
      project('unit', ['test/unit/**/*.test.ts', 'test/vectors/**/*.test.ts']),
      project('sim', ['test/sim/**/*.test.ts'], { testTimeout: 300_000 }),
      project('contract', ['test/contract/**/*.test.ts'], { testTimeout: 120_000 }),
      project('planted', ['test/planted/**/*.test.ts'], { testTimeout: 600_000, fileParallelism: false }),
      project('pages', [PAGES], { testTimeout: 240_000, hookTimeout: 300_000 }),
      project('e2e', ['test/e2e/**/*.test.ts'], {
        exclude: [PAGES],
        testTimeout: 240_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
    ],
  },
});
