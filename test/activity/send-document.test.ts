import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { keyOf, PATIENT, STARTED, send } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'
import { readyToSend } from './ready-to-send.ts'

const open = useActivityWorlds()

describe('sendDocument', () => {
  it('hands over the stored bytes once and records what came back', async () => {
    const { world, consent, id, documentId, setId, document } = await readyToSend(open)
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
    await world.under(id, { legalBasis: 'law' })
    await world.run('sendDocument', send(id))
    expect(world.registry.submit.mock.calls[0]?.[0].submission.consent).toEqual({ basis: 'law' })
  })

  it('records a refusal as work for a person', async () => {
    const { world, id } = await readyToSend(open)
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
    const { world, id, documentId } = await readyToSend(open)
    world.registry.submit.mockResolvedValueOnce({
      kind: 'registered',
      registryId: 'РЕГ-1',
      request: Buffer.from('{}'),
      receipt: Buffer.from('{"registered":true}'),
    })
    const outcome = await world.run('sendDocument', send(id))
    expect(outcome).toEqual({ kind: 'answered', acknowledgementId: expect.any(String) })
    const acknowledgementId = outcome.kind === 'answered' ? outcome.acknowledgementId : ''
    const key = keyOf(id, 'record-answer')
    expect(await world.store.acknowledgements.begin(key, acknowledgementId)).toMatchObject({
      answer: { documentId, verdict: 'accepted', registryId: 'РЕГ-1' },
    })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-acknowledgement',
      lastVerdict: null,
      attempts: [{ outcome: 'registered' }],
    })
  })
})

describe('sendDocument and failures', () => {
  it.each([
    ['registry-unavailable', 'transient', 'transient', false],
    ['registry-timeout', 'ambiguous', 'unknown', true],
    ['registry-access-denied', 'permanent', 'permanent', true],
  ] as const)('%s ends the attempt as %s', async (code, errorClass, outcome, nonRetryable) => {
    const { world, id } = await readyToSend(open)
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
    const { world, id } = await readyToSend(open)
    world.registry.submit.mockRejectedValueOnce(
      new AppError('registry-busy', 'transient', { retryAfterMs: 90_000 }),
    )
    expect((await world.failure('sendDocument', send(id))).nextRetryDelay).toBe(90_000)
  })

  it('keeps every failed attempt beside the one that succeeded', async () => {
    const { world, id } = await readyToSend(open)
    const busy = new AppError('registry-busy', 'transient')
    world.registry.submit.mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
    await world.failure('sendDocument', send(id))
    await world.failure('sendDocument', send(id), { attempt: 2 })
    await world.run('sendDocument', send(id), { attempt: 3 })
    const { attempts } = await world.view(id)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['transient', 'transient', 'taken'])
  })

  it('lets nothing of an unexpected error out but its name', async () => {
    const { world, id } = await readyToSend(open)
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
