import { describe, expect, it } from 'vitest'
import { consentAnswer, keyOf } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()
const check = (id: string, { round = 1 } = {}) => ({
  key: keyOf(id, 'check-consent', round),
})

describe('the patient’s will changes', () => {
  it.each(['expired', 'rejected', 'unknown'] as const)(
    'asks again for the next result after the service said "%s": the patient may have consented since',
    async (status) => {
      const world = await open()
      const consent = await world.consent()
      const first = await world.accept()
      world.consentService.check.mockResolvedValueOnce(consentAnswer({ status }))
      await world.run('checkConsent', check(first))
      expect(await world.store.consentLookup.byId(consent.id)).toEqual(consent)
      const second = await world.accept()
      const active = { kind: 'active', consentId: consent.id }
      expect(await world.run('checkConsent', check(second))).toEqual(active)
      expect(await world.run('checkConsent', check(first, { round: 2 }))).toEqual(active)
      expect(world.consentService.check).toHaveBeenCalledTimes(3)
    },
  )

  it('does not let the service bring back a consent that the patient has withdrawn', async () => {
    const world = await open()
    const { id: consentId } = await world.consent()
    const id = await world.accept()
    await world.withdraw(consentId)
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'lost' })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-consent',
      reason: 'consent-withdrawn',
    })
    expect(await world.checks(id)).toMatchObject([
      { source: 'service', status: 'active' },
      { source: 'register', status: 'withdrawn', consent_id: consentId },
    ])
  })

  it('goes on after a withdrawal when the patient has consented at the service since', async () => {
    const world = await open()
    const { id: consentId } = await world.consent()
    const id = await world.accept()
    await world.withdraw(consentId, new Date('2026-02-20T09:00:00.000Z'))
    const expressedAt = new Date('2026-02-25T09:00:00.000Z')
    world.consentService.check.mockResolvedValueOnce(
      consentAnswer({ documentNumber: 'ЕПГУ-18', expressedAt }),
    )
    expect(await world.run('checkConsent', check(id))).toMatchObject({ kind: 'active' })
    const found = await world.store.consentLookup.ofPatient(id)
    expect(found).toContainEqual(
      expect.objectContaining({ number: 'ЕПГУ-18', givenAt: expressedAt, source: 'service' }),
    )
  })

  it('a full consent withdrawn today is not outlived by a partial one given before', async () => {
    const world = await open({ consentService: undefined })
    await world.consent({
      scope: 'partial',
      analyses: ['CBC'],
      givenAt: new Date('2026-02-10T09:00:00.000Z'),
    })
    const full = await world.consent({ givenAt: new Date('2026-01-10T09:00:00.000Z') })
    await world.withdraw(full.id)
    const id = await world.accept()
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'lost' })
    const since = await world.consent({ givenAt: new Date('2026-03-01T10:00:00.000Z') })
    const again = await world.run('checkConsent', check(id, { round: 2 }))
    expect(again).toEqual({ kind: 'active', consentId: since.id })
  })

  it('sees the term of a consent end, and asks whether there is another', async () => {
    const world = await open()
    await world.consent({ validUntil: new Date('2026-02-28T00:00:00.000Z') })
    const id = await world.accept()
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'unknown' }))
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'lost' })
    expect(await world.checks(id)).toMatchObject([
      { source: 'service', status: 'none' },
      { source: 'register', status: 'expired' },
    ])
    const again = await world.run('checkConsent', check(id, { round: 2 }))
    expect(again).toMatchObject({ kind: 'active' })
  })
})

describe('an unclear order', () => {
  const MOMENT = new Date('2026-02-20T09:00:00.000Z')
  async function unclear(overrides: Parameters<typeof open>[0] = {}) {
    const world = await open(overrides)
    const full = await world.consent({ givenAt: new Date('2026-01-10T09:00:00.000Z') })
    const partial = await world.consent({ scope: 'partial', analyses: ['CBC'], givenAt: MOMENT })
    await world.withdraw(full.id, MOMENT)
    const id = await world.accept()
    return { world, full, partial, id }
  }

  it('waits for a person, who is asked once', async () => {
    const { world, full, partial, id } = await unclear()
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'unclear' })
    await world.run('checkConsent', check(id, { round: 2 }))
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-consent',
      status: 'awaiting-consent',
      reason: 'consent-unclear',
    })
    expect(await world.events(id)).toEqual(['consent.unclear', 'consent.unclear'])
    expect(await world.questions(id)).toEqual([
      {
        code: 'consent-unclear',
        details: { analyses: ['CBC'], between: [`yes ${partial.id}`, `no ${full.id}`] },
        decision: null,
      },
    ])
    expect(await world.checks(id)).toContainEqual(
      expect.objectContaining({ source: 'register', status: 'unclear', analysis: 'CBC' }),
    )
  })

  it.each([
    ['yes', { kind: 'active' }],
    ['no', { kind: 'lost' }],
  ] as const)('goes on as the person decides: %s', async (decision, outcome) => {
    const { world, partial, id } = await unclear()
    await world.run('checkConsent', check(id))
    await world.decide(id, decision)
    const found = await world.run('checkConsent', check(id, { round: 2 }))
    expect(found).toMatchObject(outcome)
    if (found.kind === 'active') expect(found.consentId).toBe(partial.id)
  })

  it('is decided for what was known then: a withdrawal of the same moment is asked about again', async () => {
    const { world, id } = await unclear()
    await world.run('checkConsent', check(id))
    await world.decide(id, 'yes')
    const third = await world.consent({ givenAt: new Date('2026-01-11T09:00:00.000Z') })
    await world.withdraw(third.id, MOMENT)
    expect(await world.run('checkConsent', check(id, { round: 2 }))).toEqual({ kind: 'unclear' })
    expect(await world.questions(id)).toMatchObject([{ decision: 'yes' }, { decision: null }])
  })

  it('is settled by a newer consent, and the question with it', async () => {
    const { world, id } = await unclear()
    await world.run('checkConsent', check(id))
    const newer = await world.consent({ givenAt: new Date('2026-02-21T09:00:00.000Z') })
    const found = await world.run('checkConsent', check(id, { round: 2 }))
    expect(found).toEqual({ kind: 'active', consentId: newer.id })
    expect(await world.questions(id)).toMatchObject([{ decision: 'overtaken' }])
  })

  it('a person’s yes does not send what the service says no to', async () => {
    const { world, id } = await unclear()
    await world.run('checkConsent', check(id))
    await world.decide(id, 'yes')
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'rejected' }))
    expect(await world.run('checkConsent', check(id, { round: 2 }))).toEqual({ kind: 'refused' })
  })
})
