import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { consentAnswer, keyOf, PATIENT, STARTED } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()

async function watched(overrides: Parameters<typeof open>[0] = {}) {
  const world = await open(overrides)
  const consent = await world.consent({ scope: 'partial', analyses: ['CBC', 'LIPID'] })
  const LIPID = { code: 'LIPID', codeSystem: 'local', name: 'Липиды' }
  const ids = [await world.accept(), await world.accept({ analysis: LIPID })].toSorted()
  for (const id of ids) await world.run('checkConsent', { key: keyOf(id, 'check-consent') })
  world.consentService.check.mockClear()
  const checks = async () =>
    (await world.store.consentRegister.checks(world.organization.id, consent.id)).slice(2)
  const about = async (analysis: string) =>
    (await world.store.submissions.find(world.organization.id, ids[0] ?? ''))?.analysisCode ===
    analysis
      ? (ids[0] ?? '')
      : (ids[1] ?? '')
  return { world, consent, ids, about, checks, input: { consentId: consent.id } }
}

describe('recheckConsent', () => {
  it('asks daily about every analysis of the submissions in flight, and journals each', async () => {
    const { world, consent, ids, about, checks, input } = await watched()
    const outcome = { status: 'active', inFlight: ids }
    expect(await world.run('recheckConsent', input)).toEqual(outcome)
    const asked = world.consentService.check.mock.calls.map(([query]) => query)
    expect(asked.map(({ analysis }) => analysis).toSorted()).toEqual(['CBC', 'LIPID'])
    expect(asked[0]).toMatchObject({
      patientRef: PATIENT.snils,
      documentNumber: consent.number,
      timeoutMs: 10_000,
    })
    const rows = await checks()
    for (const analysis of ['CBC', 'LIPID'])
      expect(rows).toContainEqual({
        at: STARTED,
        request: { analysis, requestId: 'cq-1' },
        status: 'active',
        source: 'service',
        user: 'system',
        analysis,
        consentId: consent.id,
        submissionId: await about(analysis),
      })
    expect(await world.run('recheckConsent', input)).toEqual(outcome)
    expect(await checks()).toHaveLength(4)
  })

  it.each([
    ['expired', 'expired', 'expired'],
    ['rejected', 'rejected', 'rejected'],
    ['unknown', 'withdrawn', 'none'],
  ] as const)(
    'tells that the service says "%s", for as long as it does',
    async (answered, status, journalled) => {
      const { world, consent, ids, checks, input } = await watched()
      const answer = consentAnswer({ status: answered })
      world.consentService.check.mockResolvedValueOnce(answer).mockResolvedValueOnce(answer)
      expect(await world.run('recheckConsent', input)).toEqual({ status, inFlight: ids })
      expect(await world.store.consentLookup.byId(consent.id)).toEqual(consent)
      expect((await checks()).at(-1)).toMatchObject({ status: journalled, source: 'service' })
      // An answer is never kept for the next day.
      expect(await world.run('recheckConsent', input)).toMatchObject({ status: 'active' })
    },
  )

  it('tells only whose analysis is lost while the consent carries others', async () => {
    const { world, ids, about, input } = await watched()
    world.consentService.check.mockImplementation(({ analysis }) =>
      Promise.resolve(consentAnswer({ status: analysis === 'LIPID' ? 'rejected' : 'active' })),
    )
    expect(await world.run('recheckConsent', input)).toEqual({
      status: 'active',
      inFlight: ids,
      lost: [{ submissionId: await about('LIPID'), status: 'rejected' }],
    })
  })

  it('notices the end of the term without a service', async () => {
    const world = await open({ consentService: undefined })
    const consent = await world.consent({ validUntil: new Date('2026-03-02T00:00:00.000Z') })
    const id = await world.accept()
    await world.run('checkConsent', { key: keyOf(id, 'check-consent') })
    world.clock.now = new Date('2026-03-02T00:00:00.000Z')
    const outcome = await world.run('recheckConsent', { consentId: consent.id })
    expect(outcome).toEqual({ status: 'expired', inFlight: [id] })
  })

  it('tells of a newer withdrawal that covers the analysis', async () => {
    const { world, ids, input } = await watched()
    const full = await world.consent({ givenAt: new Date('2026-01-01T09:00:00.000Z') })
    await world.withdraw(full.id)
    const outcome = await world.run('recheckConsent', input)
    expect(outcome).toEqual({ status: 'withdrawn', inFlight: ids })
  })

  it('journals what the service did not answer, and tells nothing', async () => {
    const { world, consent, checks, input } = await watched()
    const away = new AppError('consent-service-unavailable', 'transient')
    world.consentService.check.mockRejectedValueOnce(away).mockRejectedValueOnce(away)
    expect(await world.failure('recheckConsent', input)).toMatchObject({
      type: 'consent-service-unavailable',
      nonRetryable: false,
    })
    expect((await checks()).at(-1)).toMatchObject({
      status: 'error',
      request: { code: 'consent-service-unavailable' },
      submissionId: expect.any(String),
      analysis: expect.any(String),
    })
    expect(await world.store.consentLookup.byId(consent.id)).toEqual(consent)
  })

  it('leaves to the next day what alone could not be found out', async () => {
    const { world, ids, input } = await watched()
    world.consentService.check.mockRejectedValueOnce(new Error('bug'))
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'expired' }))
    expect(await world.run('recheckConsent', input)).toMatchObject({
      status: 'active',
      inFlight: ids,
      lost: [{ status: 'expired' }],
    })
  })

  it('rests on the register where there is no service', async () => {
    const { world, checks, input } = await watched({ consentService: undefined })
    expect(await world.run('recheckConsent', input)).toMatchObject({ status: 'active' })
    expect((await checks()).at(-1)).toMatchObject({ source: 'register', status: 'active' })
  })

  it('has nothing to ask when nothing is in flight', async () => {
    const world = await open()
    const outcome = await world.run('recheckConsent', { consentId: 'nowhere' })
    expect(outcome).toEqual({ status: 'active', inFlight: [] })
    expect(world.consentService.check).not.toHaveBeenCalled()
  })
})

describe('watchLegalBasis', () => {
  it('puts the consent under watch', async () => {
    const world = await open()
    const input = { consentId: 'consent-1', recheckMs: 86_400_000 }
    await world.run('watchLegalBasis', input)
    expect(world.watch.mock.calls).toEqual([[input]])
  })

  it('is tried again while Temporal is away', async () => {
    const world = await open()
    world.watch.mockRejectedValueOnce(new AppError('temporal-unavailable', 'transient'))
    const input = { consentId: 'consent-1', recheckMs: 1 }
    expect(await world.failure('watchLegalBasis', input)).toMatchObject({
      type: 'temporal-unavailable',
      nonRetryable: false,
    })
  })
})
