import { describe, expect, it } from 'vitest'
import { keyOf } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()

describe('voidDocument', () => {
  it('marks a signed document as never used and keeps it', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.signed()
    const input = { key: keyOf(id, 'void-document'), reason: 'cancelled-by-operator' }
    await world.run('voidDocument', input)
    await world.run('voidDocument', input, { attempt: 2 })
    const voided = (await world.timeline(id)).filter(({ type }) => type === 'document.voided')
    expect(voided).toMatchObject([{ details: { reason: 'cancelled-by-operator' } }])
    expect((await world.view(id)).artefacts).toContain('signature')
  })
})

describe('raiseAttention', () => {
  it.each([
    ['no-answer', 'Реестр не ответил в отведённый срок'],
    ['certificate-expired', 'Срок действия сертификата подписи истёк'],
  ])('hands %s to a person in Russian, once', async (reason, text) => {
    const world = await open()
    const id = await world.accept()
    const input = { key: keyOf(id, 'raise-attention'), reason }
    await world.run('raiseAttention', input)
    await world.run('raiseAttention', input, { attempt: 2 })
    expect(await world.events(id)).toEqual(['submission.needs-attention'])
    expect((await world.timeline(id)).at(-1)?.text).toContain(text)
    expect(await world.view(id)).toMatchObject({
      phase: 'needs-attention',
      status: 'stopped',
      reason,
    })
  })

  it('shows a reason it has no words for as it is', async () => {
    const world = await open()
    const id = await world.accept()
    await world.run('raiseAttention', {
      key: keyOf(id, 'raise-attention'),
      reason: 'something-new',
    })
    expect((await world.timeline(id)).at(-1)?.text).toBe('Нужно решение сотрудника: something-new')
  })
})

describe('closeSubmission', () => {
  it('ends the submission once, with the reason', async () => {
    const world = await open()
    const id = await world.accept()
    const input = { key: keyOf(id, 'cancel'), reason: 'consent-overdue' }
    await world.run('requestConsent', {
      key: keyOf(id, 'request-consent'),
      until: '2026-03-31T09:00:00.000Z',
    })
    await world.run('closeSubmission', input)
    await world.run('closeSubmission', input, { attempt: 2 })
    expect(await world.events(id)).toEqual(['consent.requested', 'submission.cancelled'])
    expect(await world.view(id)).toMatchObject({
      phase: 'cancelled',
      status: 'stopped',
      reason: 'consent-overdue',
      waitingUntil: null,
    })
  })
})
