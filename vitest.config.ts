import { defineConfig } from 'vitest/config'

const project = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: 20_000,
    hookTimeout: 90_000,
    pool: 'forks' as const,
    // A loaded machine is late, not wrong.
    expect: { poll: { timeout: 15_000 } },
    ...options,
  },
})

/** Projects that need PostgreSQL: one server per run, a cloned database per test (test/support/database.ts). */
const database = { globalSetup: ['test/support/postgres-global-setup.ts'] }

/** Projects that run workflow code: one bundle per run. */
const bundle = { globalSetup: ['test/support/workflow-bundle.ts'] }

/** One project per kind of proof; test/README.md says what each proves. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit'),
      project('contract', database),
      project('activity', database),
      project('replay', bundle),
      project('model', database),
      project('api', database),
      // Time skipping is one clock per server: these run one file at a time, after the others.
      project('workflow', {
        ...bundle,
        fileParallelism: false,
        testTimeout: 60_000,
        sequence: { groupOrder: 1 },
      }),
      // Whole stacks need both cores to themselves.
      project('e2e', {
        fileParallelism: false,
        sequence: { groupOrder: 2 },
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
  },
})
