import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FAULT_MODES, faultSchema } from '../../../sandbox/faults/fault.ts'
import { createFaultSwitches } from '../../../sandbox/faults/fault-switches.ts'

function switches(...faults: object[]) {
  const made = createFaultSwitches()
  for (const fault of faults) made.add(faultSchema.parse(fault))
  return made
}

describe('fault switches', () => {
  it('are taken oldest first, each as often as it says', () => {
    const faults = switches(
      { target: 'portal', mode: 'rate-limit', times: 2 },
      { target: 'portal', mode: 'reject', times: 1 },
    )
    const taken = [1, 2, 3, 4].map(() => faults.take('portal', { operation: 'submit' })?.mode)
    expect(taken).toEqual(['rate-limit', 'rate-limit', 'reject', undefined])
    expect(faults.list().map(({ used }) => used)).toEqual([2, 1])
  })

  it('hit their target and match only', () => {
    const faults = switches({
      target: 'portal',
      mode: 'reject',
      match: { analysisType: 'a', organizationId: 'o' },
    })
    const subject = { operation: 'submit', analysisType: 'a' } as const
    expect(faults.take('portal', subject)).toBeUndefined()
    expect(faults.take('consent', { analysisType: 'a' })).toBeUndefined()
    expect(faults.take('portal', { ...subject, organizationId: 'o' })?.mode).toBe('reject')
  })

  it('strike the call the mode is about, unless another is named', () => {
    const faults = switches(
      { target: 'portal', mode: 'withdraw-refused' },
      { target: 'portal', mode: 'error-5xx', match: { operation: 'find' } },
    )
    expect(faults.take('portal', { operation: 'submit' })).toBeUndefined()
    expect(faults.take('portal', { operation: 'withdraw' })?.mode).toBe('withdraw-refused')
    expect(faults.take('portal', { operation: 'find' })?.mode).toBe('error-5xx')
  })

  it('can be removed one by one and all at once', () => {
    const faults = switches({ target: 'smtp', mode: 'busy' }, { target: 'smtp', mode: 'refuse' })
    expect(faults.remove('f-1')).toBe(true)
    expect(faults.remove('f-1')).toBe(false)
    expect(faults.take('smtp', {})?.mode).toBe('refuse')
    faults.clear()
    expect(faults.list()).toEqual([])
  })

  it.each([
    { target: 'smtp', mode: 'reject' },
    { target: 'nobody', mode: 'busy' },
    { target: 'smtp', mode: 'busy', times: 0 },
    { target: 'smtp', mode: 'busy', match: { nothing: 1 } },
  ])('refuse what makes no sense: %j', (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(false)
  })

  it('the table in sandbox/README.md names every mode and no other', () => {
    const readme = readFileSync(new URL('../../../sandbox/README.md', import.meta.url), 'utf8')
    const documented = [
      ...readme.matchAll(/^\| (portal|consent|smtp|callback) \| (.+?) \|/gm),
    ].flatMap(([, target, modes = '']) =>
      [...modes.matchAll(/`([\w-]+)`/g)].map(([, mode]) => `${target} ${mode}`),
    )
    const known = Object.entries(FAULT_MODES).flatMap(([target, modes]) =>
      modes.map((mode) => `${target} ${mode}`),
    )
    expect(documented.toSorted()).toEqual(known.toSorted())
  })
})
