import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import { consentAnswer, STARTED, send } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'
import { readyToSend } from './ready-to-send.ts'

const open = useActivityWorlds()

describe('sendDocument and the consent (P3)', () => {
  it('does not submit when the consent is withdrawn between signature and send', async () => {
    const { world, consent, id } = await readyToSend(open)
    await world.withdraw(consent.id)
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
    const { world, id } = await readyToSend(open)
    world.consentService.check.mockResolvedValueOnce(consentAnswer({ status: 'unknown' }))
    expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'no-basis' })
    expect(world.registry.submit).not.toHaveBeenCalled()
  })

  it('does not submit while the service does not answer', async () => {
    const { world, id } = await readyToSend(open)
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
    const { world, id } = await readyToSend(open)
    await world.run('sendDocument', send(id), { attempt: 2 })
    const [found, asked, sent] = [
      world.registry.find,
      world.consentService.check,
      world.registry.submit,
    ].map((call) => call.mock.invocationCallOrder[0] ?? 0)
    expect([found, asked, sent]).toEqual([found, asked, sent].toSorted((a = 0, b = 0) => a - b))
  })

  it('asks about the document as it was made, whatever its code is mapped to by now', async () => {
    const { world, id } = await readyToSend(open)
    const elsewhere = { kind: 'analysis', codeSystem: 'local', code: 'CBC' } as const
    const target = { targetCode: 'another', targetName: 'Другое исследование' }
    await world.template({ code: 'another', analysisCodes: [] })
    const { organization, store } = world
    await store.codeMappings.put(organization.id, [{ ...elsewhere, ...target }], 'key-1')
    await world.run('sendDocument', send(id))
    expect(world.consentService.check.mock.calls[0]?.[0].analysis).toBe('blood-count')
  })

  it('names the consent that holds now, not the one the check found', async () => {
    const { world, consent, id } = await readyToSend(open)
    await world.withdraw(consent.id)
    const newer = await world.consent({ givenAt: new Date('2026-03-01T09:00:01.000Z') })
    expect(await world.run('sendDocument', send(id))).toEqual({
      kind: 'taken',
      rests: { consentId: newer.id },
    })
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
    const { world, id } = await readyToSend(open)
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
    const { world, id } = await readyToSend(open)
    world.registry.find.mockResolvedValueOnce({ kind: 'taken', receiptId: 'receipt-1' })
    expect(await world.run('sendDocument', send(id, round), info)).toEqual({ kind: 'taken' })
    expect(world.registry.submit).not.toHaveBeenCalled()
    expect(await world.events(id)).toContain('registry.found')
    expect((await world.view(id)).phase).toBe('awaiting-acknowledgement')
  })

  it('takes the answer that is already there', async () => {
    const { world, id, documentId } = await readyToSend(open)
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
    const { world, id } = await readyToSend(open)
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
    expect(world.registry.find).toHaveBeenCalledTimes(1)
    expect(world.registry.submit).toHaveBeenCalledTimes(1)
  })

  it('does not call a document unsent that arrived before its consent was withdrawn', async () => {
    const { world, consent, id } = await readyToSend(open)
    world.registry.find.mockResolvedValueOnce({ kind: 'taken', receiptId: 'receipt-1' })
    await world.withdraw(consent.id)
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
  })

  it('does not submit while nobody can say whether it is there', async () => {
    const { world, id } = await readyToSend(open)
    world.registry.find.mockRejectedValueOnce(new AppError('registry-unavailable', 'transient'))
    expect(await world.failure('sendDocument', send(id), { attempt: 2 })).toMatchObject({
      type: 'registry-unavailable',
      nonRetryable: false,
    })
    expect(world.registry.submit).not.toHaveBeenCalled()
  })
})
