import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import { consentAnswer, PATIENT, STARTED, send } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()

async function ready(overrides: Parameters<typeof open>[0] = {}) {
  const world = await open(overrides)
  const consent = await world.consent()
  await world.template()
  const id = await world.signed()
  world.consentService.check.mockClear()
  return { world, consent, id, ...(await world.store.cases.load(id, 1)) }
}

async function withdraw(world: World, consentId: string) {
  await world.store.consentRegister.changeStatus({
    organizationId: world.organization.id,
    id: consentId,
    status: 'withdrawn',
    actor: 'key-1',
  })
}

describe('sendDocument', () => {
  it('hands over the stored bytes once and records what came back', async () => {
    const { world, consent, id, documentId, setId, document } = await ready()
    expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'taken' })
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
    expect(world.registry.submit).toHaveBeenCalledTimes(1)
    const [call] = world.registry.submit.mock.calls[0] ?? []
    const stored = await world.store.artefacts.read(id, 'document-xml')
    expect(call).toMatchObject({
      timeoutMs: 1000,
      submission: {
        documentId,
        setId,
        versionNumber: 1,
        replacesDocumentId: undefined,
        analysisType: 'CBC',
        document: { xml: stored?.bytes, digest: document?.digest },
        personalSignatures: [],
        consent: {
          basis: 'consent',
          number: consent.number,
          givenAt: consent.givenAt.toISOString(),
        },
      },
    })
    const view = await world.view(id)
    expect(view).toMatchObject({ phase: 'awaiting-acknowledgement', status: 'sent' })
    expect(view.attempts).toMatchObject([
      {
        outcome: 'taken',
        code: null,
        receiptId: `receipt-${documentId.slice(0, 8)}`,
        startedAt: STARTED,
      },
    ])
    expect(view.artefacts).toEqual(expect.arrayContaining(['request', 'receipt']))
    expect((await world.events(id)).filter((type) => type.startsWith('registry'))).toEqual([
      'registry.taken',
    ])
  })

  it('says in the package that the law is the basis', async () => {
    const world = await open()
    await world.template()
    await world.consent()
    const id = await world.signed()
    await world.run('sendDocument', { ...send(id), legalBasis: 'law' })
    expect(world.registry.submit.mock.calls[0]?.[0].submission.consent).toEqual({ basis: 'law' })
  })

  it('records a refusal as work for a person', async () => {
    const { world, id } = await ready()
    const issues = [
      { code: 'snils-unknown', pointer: '/patient/snils', detail: 'Не найден', severity: 'error' },
    ] as const
    world.registry.submit.mockResolvedValueOnce({
      kind: 'refused',
      issues,
      request: Buffer.from('{}'),
      receipt: Buffer.from('{}'),
    })
    expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'refused' })
    expect(await world.view(id)).toMatchObject({
      phase: 'needs-correction',
      reason: 'registry-refused',
      issues,
      attempts: [{ outcome: 'refused' }],
    })
    const event = (await world.timeline(id)).at(-1)
    expect(event).toMatchObject({
      type: 'registry.refused',
      details: { codes: ['snils-unknown'] },
    })
  })

  it('stores the answer of a registry that registers at once', async () => {
    const { world, id, documentId } = await ready()
    world.registry.submit.mockResolvedValueOnce({
      kind: 'registered',
      registryId: 'РЕГ-1',
      request: Buffer.from('{}'),
      receipt: Buffer.from('{"registered":true}'),
    })
    const outcome = await world.run('sendDocument', send(id))
    expect(outcome).toEqual({ kind: 'answered', acknowledgementId: expect.any(String) })
    const acknowledgementId = outcome.kind === 'answered' ? outcome.acknowledgementId : ''
    expect(await world.store.acknowledgements.load(acknowledgementId)).toMatchObject({
      documentId,
      verdict: 'accepted',
      registryId: 'РЕГ-1',
    })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-acknowledgement',
      lastVerdict: null,
      attempts: [{ outcome: 'registered' }],
    })
  })
})

describe('sendDocument and the consent (P3)', () => {
  it('does not submit when the consent is withdrawn between signature and send', async () => {
    const { world, consent, id } = await ready()
    await withdraw(world, consent.id)
    expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'no-basis' })
    expect(world.registry.submit).not.toHaveBeenCalled()
    expect((await world.view(id)).phase).toBe('checking-consent')
    expect(await world.events(id)).toContain('consent.lost-before-send')
    expect((await world.checks(id)).at(-1)).toMatchObject({
      source: 'register',
      status: 'withdrawn',
    })
  })

  it('does not submit on an "unknown" of the service', async () => {
    const { world, id } = await ready()
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'unknown' }))
    expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'no-basis' })
    expect(world.registry.submit).not.toHaveBeenCalled()
  })

  it('does not submit while the service does not answer', async () => {
    const { world, id } = await ready()
    world.consentService.check.mockRejectedValueOnce(
      new AppError('consent-service-unavailable', 'transient'),
    )
    expect(await world.failure('sendDocument', send(id))).toMatchObject({
      type: 'consent-service-unavailable',
      nonRetryable: false,
    })
    expect(world.registry.submit).not.toHaveBeenCalled()
    expect((await world.checks(id)).at(-1)).toMatchObject({ status: 'error' })
  })

  it('asks for the consent last, directly before the call', async () => {
    const { world, id } = await ready()
    await world.run('sendDocument', send(id), { attempt: 2 })
    const [found, asked, sent] = [
      world.registry.find,
      world.consentService.check,
      world.registry.submit,
    ].map((call) => call.mock.invocationCallOrder[0] ?? 0)
    expect([found, asked, sent]).toEqual([found, asked, sent].toSorted((a = 0, b = 0) => a - b))
  })

  it('names the consent that holds now, not the one the check found', async () => {
    const { world, consent, id } = await ready()
    await withdraw(world, consent.id)
    const newer = await world.consent({ givenAt: new Date('2026-02-20T09:00:00.000Z') })
    await world.run('sendDocument', send(id))
    expect(world.registry.submit.mock.calls[0]?.[0].submission.consent).toMatchObject({
      number: newer.number,
    })
    expect((await world.store.cases.load(id, 1)).consentId).toBe(newer.id)
  })

  it('names a consent that the service told of this very moment', async () => {
    const world = await open()
    await world.template()
    const first = await world.consent({ scope: 'partial', analyses: ['other'] })
    const id = await world.accept()
    await world.run('assembleDocument', { key: { ...send(id).key, step: 'assemble' } })
    await world.run('signDocument', {
      key: { ...send(id).key, step: 'sign' },
      certificateSerial: 'A1',
    })
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ documentNumber: 'ЕПГУ-17' }))
    await world.run('sendDocument', send(id))
    expect(world.registry.submit.mock.calls[0]?.[0].submission.consent).toEqual({
      basis: 'consent',
      number: 'ЕПГУ-17',
      givenAt: STARTED.toISOString(),
    })
    const { consentId } = await world.store.cases.load(id, 1)
    expect(consentId).not.toBe(first.id)
    expect((await world.store.consentLookup.byId(consentId ?? ''))?.number).toBe('ЕПГУ-17')
  })

  it('journals the query also where the send then fails', async () => {
    const { world, id } = await ready()
    const before = (await world.checks(id)).length
    world.registry.submit.mockRejectedValueOnce(new AppError('registry-unavailable', 'transient'))
    await world.failure('sendDocument', send(id))
    await world.run('sendDocument', send(id), { attempt: 2 })
    expect(world.consentService.check).toHaveBeenCalledTimes(2)
    expect(await world.checks(id)).toHaveLength(before + 2)
  })
})

describe('sendDocument after an unknown outcome (P5)', () => {
  it.each([
    ['a second attempt', { round: 1 }, { attempt: 2 }],
    ['a second round', { round: 2 }, { attempt: 1 }],
  ])('%s asks first and does not submit what is there', async (_, round, info) => {
    const { world, id } = await ready()
    world.registry.find.mockResolvedValueOnce({ kind: 'taken', receiptId: 'receipt-1' })
    expect(await world.run('sendDocument', send(id, round), info)).toEqual({ kind: 'taken' })
    expect(world.registry.submit).not.toHaveBeenCalled()
    expect(await world.events(id)).toContain('registry.found')
    expect((await world.view(id)).phase).toBe('awaiting-acknowledgement')
  })

  it('takes the answer that is already there', async () => {
    const { world, id, documentId } = await ready()
    const answer: RegistryAnswer = {
      messageId: 'm-1',
      documentId,
      verdict: 'accepted',
      registryId: 'РЕГ-1',
      issues: [],
      answeredAt: STARTED,
    }
    const raw = Buffer.from('{}')
    world.registry.find.mockResolvedValueOnce({ kind: 'answered', answer, raw })
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({
      kind: 'answered',
      acknowledgementId: expect.any(String),
    })
    expect(world.registry.submit).not.toHaveBeenCalled()
    expect((await world.view(id)).answers).toMatchObject([{ verdict: 'accepted', via: 'poll' }])
  })

  it('submits once more what is not there', async () => {
    const { world, id } = await ready()
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
    expect(world.registry.find).toHaveBeenCalledTimes(1)
    expect(world.registry.submit).toHaveBeenCalledTimes(1)
  })

  it('does not call a document unsent that arrived before its consent was withdrawn', async () => {
    const { world, consent, id } = await ready()
    world.registry.find.mockResolvedValueOnce({ kind: 'taken', receiptId: 'receipt-1' })
    await withdraw(world, consent.id)
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
  })

  it('does not submit while nobody can say whether it is there', async () => {
    const { world, id } = await ready()
    world.registry.find.mockRejectedValueOnce(new AppError('registry-unavailable', 'transient'))
    expect(await world.failure('sendDocument', send(id), { attempt: 2 })).toMatchObject({
      type: 'registry-unavailable',
      nonRetryable: false,
    })
    expect(world.registry.submit).not.toHaveBeenCalled()
  })
})

describe('sendDocument and failures', () => {
  it.each([
    ['registry-unavailable', 'transient', 'transient', false],
    ['registry-timeout', 'ambiguous', 'unknown', true],
    ['registry-access-denied', 'permanent', 'permanent', true],
  ] as const)('%s ends the attempt as %s', async (code, errorClass, outcome, nonRetryable) => {
    const { world, id } = await ready()
    world.registry.submit.mockRejectedValueOnce(
      new AppError(code, errorClass, { details: { status: 503 } }),
    )
    const failure = await world.failure('sendDocument', send(id))
    expect(failure).toMatchObject({ type: code, message: code, nonRetryable })
    expect(failure.details).toEqual([{ status: 503, class: errorClass }])
    const view = await world.view(id)
    expect(view).toMatchObject({ phase: 'sending', attempts: [{ outcome, code }] })
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'registry.attempt-failed',
      details: { code, class: errorClass, attempt: 1 },
    })
  })

  it('waits as long as the registry asked for', async () => {
    const { world, id } = await ready()
    world.registry.submit.mockRejectedValueOnce(
      new AppError('registry-busy', 'transient', { retryAfterMs: 90_000 }),
    )
    expect((await world.failure('sendDocument', send(id))).nextRetryDelay).toBe(90_000)
  })

  it('keeps every failed attempt beside the one that succeeded', async () => {
    const { world, id } = await ready()
    const busy = new AppError('registry-busy', 'transient')
    world.registry.submit.mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
    await world.failure('sendDocument', send(id))
    await world.failure('sendDocument', send(id), { attempt: 2 })
    await world.run('sendDocument', send(id), { attempt: 3 })
    const { attempts } = await world.view(id)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['transient', 'transient', 'taken'])
  })

  it('lets nothing of an unexpected error out but its name', async () => {
    const { world, id } = await ready()
    world.registry.submit.mockRejectedValueOnce(
      new TypeError(`cannot read ${PATIENT.familyName}\n    at ${PATIENT.familyName} (x.ts:1:1)`),
    )
    const failure = await world.failure('sendDocument', send(id))
    expect(failure).toMatchObject({ type: 'unexpected-failure', message: 'TypeError' })
    const told = [failure.message, failure.stack, JSON.stringify(failure.details), failure.cause]
    expect(told.join('\n')).not.toContain(PATIENT.familyName)
    expect(failure.stack).toMatch(/^\s+at /)
  })

  it('cannot send what was never signed', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.assembled()
    expect(await world.failure('sendDocument', send(id))).toMatchObject({
      type: 'document-missing',
      nonRetryable: true,
    })
    expect(world.registry.submit).not.toHaveBeenCalled()
  })
})
