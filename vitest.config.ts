import { defineConfig } from 'vitest/config'

const project = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: 20_000,
    hookTimeout: 90_000,
    pool: 'forks' as const,
    ...options,
  },
})

/** One project per kind of proof; test/README.md says what each proves. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit'),
      project('contract'),
      project('activity'),
      // Time skipping is one clock per server: these run one file at a time.
      project('workflow', { fileParallelism: false, testTimeout: 60_000 }),
      project('replay'),
      project('api'),
      project('e2e', { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 }),
    ],
  },
})
