import { expect, it } from 'vitest'
import { runChaos } from '../../bench/chaos/chaos.ts'
import { KILL_KINDS } from '../../bench/chaos/plan.ts'

it('P10: results stream in while everything is killed and the registry misbehaves: nothing is lost, nothing is doubled, all books agree', async () => {
  const result = await runChaos({
    ...{ n: 60, seed: 1, temporal: 'dev', workers: 1, rate: 4, kills: KILL_KINDS.length },
    settleMs: 120_000,
    log: () => {},
  })
  expect(result.findings).toMatchObject({
    ...{ lost: [], doubled: [], disagreements: [], mailsDoubled: [] },
  })
  expect(result).toMatchObject({ accepted: 60, rested: true })
  expect(new Set(result.kills.map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS))
  expect(result.listed.map(({ phase }) => phase)).toEqual(result.listed.map(() => 'retained'))
}, 180_000)
