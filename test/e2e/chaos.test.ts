import { expect, it } from 'vitest'
import { runChaos } from '../../bench/chaos/chaos.ts'
import { KILL_KINDS } from '../../bench/chaos/plan.ts'
import { STORY_KINDS } from '../../bench/chaos/story.ts'

const N = 150
const ENDS = [
  'cancelled: superseded',
  'cancelled: outdated',
  'cancelled: other-patient',
  'cancelled: cancelled-by-laboratory',
  'cancelled: consent-refused',
  'cancelled: consent-withdrawn',
  'awaiting-consent: consent-withdrawn',
]

it('P10: results stream in while everything is killed and the registry misbehaves: nothing is lost, nothing is doubled, all books agree', async () => {
  const result = await runChaos({
    ...{ n: N, seed: 1, temporal: 'dev', workers: 1, rate: 4, kills: KILL_KINDS.length },
    settleMs: 180_000,
    log: () => {},
  })
  expect(result.findings).toMatchObject({
    ...{ lost: [], doubled: [], forked: [], stale: [], consents: [] },
    ...{ disagreements: [], mailsDoubled: [] },
  })
  expect(result).toMatchObject({ accepted: N, rested: true })
  expect(result.revisions).toBe(N / 10)
  expect(new Set(result.kills.map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS))
  expect(new Set(result.stories.map(({ kind }) => kind))).toEqual(new Set(STORY_KINDS))
  // What is not retained has ended with a reason, or waits for its patient.
  for (const { phase, reason } of result.listed)
    if (phase !== 'retained') expect(ENDS).toContain(`${phase}: ${reason}`)
  // Corrections and second panels of the stories are submissions of their own.
  expect(result.listed.length).toBeGreaterThan(N + result.revisions)
}, 420_000)
