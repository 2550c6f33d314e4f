import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { consentAnswer, keyOf, PATIENT, STARTED } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()

async function watched(overrides: Parameters<typeof open>[0] = {}) {
  const world = await open(overrides)
  const consent = await world.consent({ scope: 'partial', analyses: ['CBC'] })
  const id = await world.accept()
  await world.run('checkConsent', { key: keyOf(id, 'check-consent'), legalBasis: 'consent' })
  world.consentService.check.mockClear()
  const checks = async () =>
    await world.store.consentRegister.checks(world.organization.id, consent.id)
  return { world, consent, id, checks, input: { consentId: consent.id } }
}

describe('recheckConsent', () => {
  it('asks the service daily and journals each question', async () => {
    const { world, consent, id, checks, input } = await watched()
    const outcome = { status: 'active', inFlight: [id] }
    expect(await world.run('recheckConsent', input)).toEqual(outcome)
    expect(await world.run('recheckConsent', input)).toEqual(outcome)
    expect(world.consentService.check).toHaveBeenCalledTimes(2)
    expect(world.consentService.check).toHaveBeenLastCalledWith({
      patientRef: PATIENT.snils,
      documentNumber: consent.number,
      analysis: 'CBC',
      timeoutMs: 10_000,
    })
    expect((await checks()).slice(1)).toEqual(
      [1, 2].map(() => ({
        at: STARTED,
        request: { requestId: 'cq-1' },
        status: 'active',
        source: 'service',
        user: 'system',
        submissionId: null,
      })),
    )
  })

  it.each([
    ['expired', 'expired', 'expired'],
    ['rejected', 'rejected', 'rejected'],
    ['unknown', 'withdrawn', 'none'],
  ] as const)('applies that the service says "%s"', async (answered, status, journalled) => {
    const { world, consent, id, checks, input } = await watched()
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: answered }))
    expect(await world.run('recheckConsent', input)).toEqual({ status, inFlight: [id] })
    expect((await world.store.consentLookup.byId(consent.id))?.status).toBe(status)
    expect((await checks()).at(-1)).toMatchObject({ status: journalled, source: 'service' })
    // A repeat after a crash finds the change and still names whom to tell.
    expect(await world.run('recheckConsent', input, { attempt: 2 })).toEqual({
      status,
      inFlight: [id],
    })
    expect(world.consentService.check).toHaveBeenCalledTimes(1)
  })

  it('notices the end of the term without asking', async () => {
    const { world, checks, input } = await watched()
    const validUntil = new Date('2026-03-02T00:00:00.000Z')
    const { id: consentId } = await world.consent({ validUntil })
    world.clock.now = new Date('2026-03-02T00:00:00.000Z')
    expect(await world.run('recheckConsent', { consentId })).toMatchObject({ status: 'expired' })
    expect(world.consentService.check).not.toHaveBeenCalled()
    expect(await checks()).toHaveLength(1)
    expect(await world.run('recheckConsent', input)).toMatchObject({ status: 'active' })
  })

  it('journals that the service did not answer and changes nothing', async () => {
    const { world, consent, checks, input } = await watched()
    world.consentService.check.mockRejectedValueOnce(
      new AppError('consent-service-unavailable', 'transient'),
    )
    expect(await world.failure('recheckConsent', input)).toMatchObject({
      type: 'consent-service-unavailable',
      nonRetryable: false,
    })
    expect((await checks()).at(-1)).toMatchObject({
      status: 'error',
      request: { code: 'consent-service-unavailable' },
    })
    expect((await world.store.consentLookup.byId(consent.id))?.status).toBe('active')
  })

  it('rests on the register where there is no service', async () => {
    const { world, checks, input } = await watched({ consentService: undefined })
    expect(await world.run('recheckConsent', input)).toMatchObject({ status: 'active' })
    expect((await checks()).at(-1)).toMatchObject({ source: 'register', status: 'active' })
  })

  it('takes a consent that is gone for withdrawn', async () => {
    const world = await open()
    expect(await world.run('recheckConsent', { consentId: 'nowhere' })).toEqual({
      status: 'withdrawn',
      inFlight: [],
    })
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
