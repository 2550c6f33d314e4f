import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { consentAnswer, keyOf, PATIENT, STARTED } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()
const check = (id: string, { round = 1 } = {}) => ({
  key: keyOf(id, 'check-consent', round),
})

describe('checkConsent with a consent service', () => {
  it('asks the service about a registered consent and lets the submission go on', async () => {
    const world = await open()
    const consent = await world.consent()
    const id = await world.accept()
    const outcome = { kind: 'active', consentId: consent.id }
    expect(await world.run('checkConsent', check(id))).toEqual(outcome)
    expect(world.consentService.check.mock.calls[0]?.[0]).toEqual({
      patientRef: PATIENT.snils,
      documentNumber: consent.number,
      analysis: 'CBC',
      timeoutMs: 10_000,
    })
    expect(await world.view(id)).toMatchObject({ phase: 'assembling', status: 'processing' })
    expect((await world.store.cases.load(id, 1)).consentId).toBe(consent.id)
  })

  it('finds its own outcome when it is repeated, and asks nobody again', async () => {
    const world = await open()
    await world.consent()
    const id = await world.accept()
    const first = await world.run('checkConsent', check(id))
    expect(await world.run('checkConsent', check(id), { attempt: 2 })).toEqual(first)
    expect(world.consentService.check).toHaveBeenCalledTimes(1)
    expect(await world.events(id)).toEqual(['consent.active'])
    expect(await world.checks(id)).toHaveLength(1)
  })

  it('journals the query with its time, request, status and who asked', async () => {
    const world = await open()
    const consent = await world.consent()
    const id = await world.accept()
    await world.run('checkConsent', check(id))
    expect(await world.checks(id)).toEqual([
      {
        at: STARTED,
        organization_id: world.organization.id,
        consent_id: consent.id,
        analysis: 'CBC',
        request: { analysis: 'CBC', requestId: 'cq-1' },
        status: 'active',
        source: 'service',
        user: 'system',
      },
    ])
  })

  it('names the analysis by its template code where a template fits', async () => {
    const world = await open()
    await world.template()
    await world.consent({ scope: 'partial', analyses: ['blood-count'] })
    const id = await world.accept()
    expect(await world.run('checkConsent', check(id))).toMatchObject({ kind: 'active' })
    expect(world.consentService.check.mock.calls[0]?.[0].analysis).toBe('blood-count')
  })

  it('does not take "unknown" for a consent, even where the register has one', async () => {
    const world = await open()
    await world.consent()
    const id = await world.accept()
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'unknown' }))
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'absent' })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-consent',
      status: 'awaiting-consent',
    })
    expect(await world.events(id)).toEqual(['consent.absent'])
    expect(await world.checks(id)).toMatchObject([{ status: 'none', source: 'service' }])
  })

  it.each([
    ['expired', 'lost', 'consent-withdrawn'],
    ['rejected', 'refused', 'consent-refused'],
  ] as const)(
    'learns from the service that a registered consent is %s',
    async (status, kind, reason) => {
      const world = await open()
      const consent = await world.consent()
      const id = await world.accept()
      world.consentService.check.mockResolvedValueOnce(consentAnswer({ status }))
      expect(await world.run('checkConsent', check(id))).toEqual({ kind })
      expect((await world.view(id)).reason).toBe(reason)
      expect(await world.checks(id)).toMatchObject([{ status, consent_id: consent.id }])
    },
  )

  it('records and uses a consent that only the service knows', async () => {
    const world = await open()
    const id = await world.accept()
    const validUntil = new Date('2027-01-01T00:00:00.000Z')
    world.consentService.check.mockResolvedValueOnce(
      consentAnswer({ documentNumber: 'ЕПГУ-17', validUntil }),
    )
    const outcome = await world.run('checkConsent', check(id))
    const [consent] = await world.store.consentLookup.ofPatient(id)
    expect(consent).toMatchObject({ number: 'ЕПГУ-17', validUntil, source: 'service' })
    expect(outcome).toEqual({ kind: 'active', consentId: consent?.id })
    expect((await world.store.cases.load(id, 1)).consentId).toBe(consent?.id)
    expect(await world.checks(id)).toMatchObject([{ consent_id: consent?.id, status: 'active' }])
  })

  it('asks again without a number about a consent whose number is our own', async () => {
    const world = await open()
    const id = await world.accept()
    await world.run('checkConsent', check(id))
    await world.run('checkConsent', check(id, { round: 2 }))
    const numbers = world.consentService.check.mock.calls.map(([query]) => query.documentNumber)
    expect(numbers).toEqual([undefined, undefined])
    expect(await world.store.consentLookup.ofPatient(id)).toHaveLength(1)
  })

  it('ends with the refusal of a patient whom only the service knows', async () => {
    const world = await open()
    const id = await world.accept()
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'rejected' }))
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'refused' })
    expect(await world.events(id)).toEqual(['consent.refused'])
  })

  it('journals a query that got no answer, once a try, and stays open', async () => {
    const world = await open()
    await world.consent()
    const id = await world.accept()
    const away = new AppError('consent-service-unavailable', 'transient', { retryAfterMs: 7_000 })
    world.consentService.check.mockRejectedValueOnce(away).mockRejectedValueOnce(new Error('bug'))
    expect(await world.failure('checkConsent', check(id))).toMatchObject({
      type: 'consent-service-unavailable',
      nonRetryable: false,
      nextRetryDelay: 7_000,
    })
    expect(await world.failure('checkConsent', check(id), { attempt: 2 })).toMatchObject({
      type: 'unexpected-failure',
      nonRetryable: false,
    })
    expect(await world.events(id)).toEqual([])
    expect(await world.run('checkConsent', check(id), { attempt: 3 })).toMatchObject({
      kind: 'active',
    })
    const checks = await world.checks(id)
    expect(checks.map(({ status }) => status)).toEqual(['error', 'error', 'active'])
    expect(checks[0]?.request).toEqual({ analysis: 'CBC', code: 'consent-service-unavailable' })
  })

  it('asks for no one it cannot name', async () => {
    const world = await open()
    const { familyName, givenName, sex } = PATIENT
    const id = await world.accept({ patient: { familyName, givenName, sex } })
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'absent' })
    expect(world.consentService.check).not.toHaveBeenCalled()
    expect(await world.checks(id)).toMatchObject([{ status: 'none', source: 'register' }])
  })
})

describe('checkConsent by the register', () => {
  it('decides alone where there is no service', async () => {
    const world = await open({ consentService: undefined })
    const consent = await world.consent()
    const id = await world.accept()
    expect(await world.run('checkConsent', check(id))).toMatchObject({ consentId: consent.id })
    expect(await world.checks(id)).toMatchObject([{ source: 'register', status: 'active' }])
  })

  it('finds nothing where nothing is', async () => {
    const world = await open({ consentService: undefined })
    const id = await world.accept()
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'absent' })
    expect(await world.checks(id)).toMatchObject([{ source: 'register', status: 'none' }])
  })

  it('does not stretch a partial consent to another analysis', async () => {
    const world = await open({ consentService: undefined })
    await world.consent({ scope: 'partial', analyses: ['biochemistry'] })
    const id = await world.accept()
    expect(await world.run('checkConsent', check(id))).toEqual({ kind: 'absent' })
  })

  it('takes the basis from the row, whatever the run was started with', async () => {
    const world = await open()
    const id = await world.accept()
    await world.run('checkConsent', { ...check(id), ...{ legalBasis: 'law' } })
    const sources = (await world.checks(id)).map(({ source }) => source)
    expect(sources).not.toEqual([])
    expect(sources).not.toContain('law')
  })

  it('needs no consent where the law is the basis', async () => {
    const world = await open()
    const id = await world.accept()
    await world.under(id, { legalBasis: 'law' })
    expect(await world.run('checkConsent', check(id))).toEqual({
      kind: 'active',
      consentId: null,
    })
    expect(world.consentService.check).not.toHaveBeenCalled()
    expect(await world.checks(id)).toMatchObject([
      {
        source: 'law',
        status: 'active',
        consent_id: null,
        analysis: null,
        organization_id: world.organization.id,
        request: { basis: 'law' },
      },
    ])
  })
})

describe('requestConsent', () => {
  it('records once until when a consent is awaited', async () => {
    const world = await open()
    const id = await world.accept()
    const request = { key: keyOf(id, 'request-consent'), until: '2026-03-31T09:00:00.000Z' }
    await world.run('requestConsent', request)
    await world.run('requestConsent', request, { attempt: 2 })
    expect(await world.events(id)).toEqual(['consent.requested'])
    expect((await world.view(id)).waitingUntil).toEqual(new Date(request.until))
  })
})
