import { expect, it } from 'vitest'
import { runChaos } from '../../bench/chaos/chaos.ts'
import { KILL_KINDS } from '../../bench/chaos/plan.ts'

const N = 150

it('P10: results stream in while everything is killed and the registry misbehaves: nothing is lost, nothing is doubled, all books agree', async () => {
  const result = await runChaos({
    ...{ n: N, seed: 1, temporal: 'dev', workers: 1, rate: 4, kills: KILL_KINDS.length },
    settleMs: 180_000,
    log: () => {},
  })
  expect(result.findings).toMatchObject({
    ...{ lost: [], doubled: [], disagreements: [], mailsDoubled: [] },
  })
  expect(result).toMatchObject({ accepted: N, rested: true })
  expect(result.revisions).toBe(N / 10)
  expect(new Set(result.kills.map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS))
  expect(result.listed.map(({ phase }) => phase)).toEqual(result.listed.map(() => 'retained'))
  expect(result.listed).toHaveLength(N + result.revisions)
}, 420_000)
