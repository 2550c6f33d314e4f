import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTestStore, LABORATORY, type TestStore } from '../support/store.ts'
import type { Chances } from './chances.ts'
import { spoken } from './words.ts'
import { liveThrough, type Surroundings } from './world.ts'

vi.mock('@temporalio/workflow', async (original) => {
  const { runtime } = await import('./workflow-runtime.ts')
  return { ...(await original<typeof import('@temporalio/workflow')>()), ...runtime }
})

/** `npm run model -- 20000` runs as many. */
// biome-ignore lint/style/noProcessEnv: the number of runs is for whoever starts the test
const RUNS = Number(process.env.GONETS_MODEL_RUNS ?? 1_000)
// biome-ignore lint/style/noProcessEnv: as above
const SEED = process.env.GONETS_MODEL_SEED

let fixture: TestStore
let around: Surroundings
const sql = { client: undefined as pg.Client | undefined }
beforeAll(async () => {
  fixture = await createTestStore()
  const { store, clock } = fixture
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  sql.client = client
  const organizationId = LABORATORY.id
  await store.organizations.save({ ...LABORATORY, legalBasis: 'law' })
  await store.templates.save(
    organizationId,
    {
      ...{ code: 'blood-count', title: 'ОАК', serviceCodes: ['B03.016.002'], requiredFields: [] },
      ...{ analysisCodes: [{ codeSystem: 'local', code: 'CBC' }], personalSignatures: 0 },
    },
    'key-1',
  )
  const { HEMOGLOBIN } = await import('../support/activity-data.ts')
  await store.codeMappings.put(organizationId, [HEMOGLOBIN], 'key-1')
  await store.templates.confirm(organizationId, 'blood-count', 'key-1')
  const { submitAnalysis } = await import('../../workflows/submit-analysis.ts')
  const { retainSubmission } = await import('../../workflows/retain-submission.ts')
  const { withdrawLeftover } = await import('../../workflows/withdraw-leftover.ts')
  around = {
    store,
    clock,
    sql: client,
    organizationId,
    workflows: { submitAnalysis, retainSubmission, withdrawLeftover },
  }
  vi.spyOn(Date, 'now').mockImplementation(() => fixture.clock.now.getTime())
})
afterAll(async () => {
  vi.restoreAllMocks()
  await sql.client?.end()
  await fixture.close()
})

const chances: fc.Arbitrary<Chances> = fc.record({
  moods: fc.array(fc.constantFrom('takes', 'takes', 'takes-and-hangs-up', 'hangs-up', 'refuses'), {
    maxLength: 4,
  }),
  accepted: fc.array(fc.boolean(), { maxLength: 2 }),
  kills: fc.array(fc.constantFrom('before', 'after', 'lives', 'lives', 'lives', 'lives'), {
    maxLength: 30,
  }),
  bursts: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 60 }),
  posted: fc.array(fc.boolean(), { maxLength: 4 }),
  delivered: fc.array(fc.boolean(), { maxLength: 20 }),
  pauses: fc.array(fc.boolean(), { maxLength: 6 }),
  recants: fc.array(fc.constantFrom('never', 'soon', 'late'), { maxLength: 2 }),
  givesBack: fc.boolean(),
})

test(`what the registry holds in the end is the last word (${RUNS} worlds)`, {
  timeout: 30 * 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(spoken, chances, fc.scheduler(), async (said, luck, scheduler) => {
      expect(await liveThrough(around, said, luck, scheduler)).toEqual([])
    }),
    { numRuns: RUNS, endOnFailure: true, verbose: 1, ...(SEED && { seed: Number(SEED) }) },
  )
})
