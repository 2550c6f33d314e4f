import { describe, expect, it, vi } from 'vitest'
import { once } from '../../../activities/once.ts'
import type { Journal, Json } from '../../../adapters/storage/port.ts'

const key = { submissionId: 's', version: 1, step: 'sign', round: 1 } as const
const journal = (found: Json | undefined, standing: Json = 'ours'): Journal => ({
  find: () => Promise.resolve(found),
  commit: () => Promise.resolve(standing),
})

describe('once', () => {
  it.each([null, false, 0, '', 'done'])('takes a stored %j for done', async (outcome) => {
    const work = vi.fn()
    expect(await once(journal(outcome), key, work)).toBe(outcome)
    expect(work).not.toHaveBeenCalled()
  })

  it('returns the outcome that stands when another attempt was faster', async () => {
    const work = () => Promise.resolve({ outcome: 'ours', events: [] })
    expect(await once<string>(journal(undefined, 'theirs'), key, work)).toBe('theirs')
  })
})
