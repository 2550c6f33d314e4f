import { describe, expect, it } from 'vitest'
import type { SendNotificationInput } from '../../activities/send-notification.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { NotificationKind } from '../../domain/submission/messages.ts'
import { recipientsOf } from '../../domain/submission/recipients.ts'
import { DOCTOR, PATIENT, planted } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'

const open = useActivityWorlds()
const away = () => new AppError('notification-unavailable', 'transient')

function message(
  submissionId: string,
  changes: Partial<SendNotificationInput> = {},
): SendNotificationInput {
  return {
    submissionId,
    version: 1,
    kind: 'document-available',
    recipient: 'patient',
    round: 1,
    ...changes,
  }
}

describe('sendNotification', () => {
  it('sends one message and records it', async () => {
    const world = await open()
    const id = await world.accept()
    expect(await world.run('sendNotification', message(id))).toBe('sent')
    expect(await world.run('sendNotification', message(id), { attempt: 2 })).toBe('sent')
    expect(world.notifier.send).toHaveBeenCalledTimes(1)
    expect(world.notifier.send.mock.calls[0]?.[0]).toMatchObject({
      id: `${id}.1.document-available.patient.1`,
      to: PATIENT.email,
    })
    expect(await world.notifications(id)).toEqual([
      { kind: 'document-available', recipient_role: 'patient', outcome: 'sent', code: null },
    ])
    expect(await world.events(id)).toEqual(['notification.sent'])
  })

  it.each([
    ['doctor', DOCTOR.email],
    ['operator', 'operator@example.test'],
  ] as const)('writes to the %s at their own address', async (recipient, to) => {
    const world = await open()
    const id = await world.accept()
    await world.run('sendNotification', message(id, { kind: 'consent-requested', recipient }))
    expect(world.notifier.send.mock.calls[0]?.[0].to).toBe(to)
  })

  it('writes to the laboratory where a doctor or operator has no address', async () => {
    const world = await open({
      organization: { email: 'lab@example.test' },
      messages: { operatorEmail: undefined, patientLink: 'https://lk.test', namesStudy: false },
    })
    const id = await world.accept({ responsibleDoctor: undefined })
    for (const recipient of ['doctor', 'operator'] as const)
      await world.run('sendNotification', message(id, { kind: 'result-rejected', recipient }))
    expect(world.notifier.send.mock.calls.map(([{ to }]) => to)).toEqual([
      'lab@example.test',
      'lab@example.test',
    ])
  })

  it('records that there is no address', async () => {
    const world = await open()
    const id = await world.accept({ patient: { ...PATIENT, email: undefined } })
    expect(await world.run('sendNotification', message(id))).toBe('no-address')
    expect(world.notifier.send).not.toHaveBeenCalled()
    expect(await world.notifications(id)).toMatchObject([{ outcome: 'no-address' }])
  })

  it('sends a reminder of the next round as a message of its own', async () => {
    const world = await open()
    const id = await world.accept()
    const overdue = message(id, { kind: 'answer-overdue', recipient: 'operator' })
    await world.run('sendNotification', overdue)
    await world.run('sendNotification', { ...overdue, round: 2 })
    const ids = world.notifier.send.mock.calls.map(([{ id: messageId }]) => messageId)
    expect(new Set(ids).size).toBe(2)
  })
})

describe('sendNotification at most once', () => {
  it('sends again on the retry what the server provably did not take', async () => {
    const world = await open()
    const id = await world.accept()
    world.notifier.send.mockRejectedValueOnce(away()).mockRejectedValueOnce(away())
    for (const attempt of [1, 2])
      expect(await world.failure('sendNotification', message(id), { attempt })).toMatchObject({
        type: 'notification-unavailable',
        nonRetryable: false,
      })
    expect(await world.run('sendNotification', message(id), { attempt: 3 })).toBe('sent')
    expect(world.notifier.send).toHaveBeenCalledTimes(3)
    const ids = world.notifier.send.mock.calls.map(([{ id: messageId }]) => messageId)
    expect(new Set(ids).size).toBe(1)
    expect(await world.events(id)).toEqual(['notification.sent'])
  })

  it('does not send again when a worker died with the mail in flight', async () => {
    const world = await open()
    const id = await world.accept()
    world.notifier.send.mockRejectedValueOnce(new Error('killed'))
    await world.failure('sendNotification', message(id))
    expect(await world.run('sendNotification', message(id), { attempt: 2 })).toBe('failed')
    expect(world.notifier.send).toHaveBeenCalledTimes(1)
    expect(await world.notifications(id)).toMatchObject([
      { outcome: 'failed', code: 'notification-ambiguous' },
    ])
  })

  it('does not send again when the database was away after the mail had left', async () => {
    const world = await open()
    const { commit, find } = world.store.journal
    const id = await world.accept()
    let isAway = false
    const down = new AppError('storage-unavailable', 'transient')
    const shaky = await open({
      organization: world.organization,
      store: {
        ...world.store,
        journal: {
          find: (key) => (isAway ? Promise.reject(down) : find(key)),
          commit: (record) => (isAway ? Promise.reject(down) : commit(record)),
        },
      },
    })
    shaky.notifier.send.mockImplementationOnce(({ id: reference }) => {
      isAway = true
      return Promise.resolve({ reference })
    })
    for (const attempt of [1, 2, 3])
      expect(await shaky.failure('sendNotification', message(id), { attempt })).toMatchObject({
        type: 'storage-unavailable',
        nonRetryable: false,
      })
    isAway = false
    expect(await shaky.run('sendNotification', message(id), { attempt: 4 })).toBe('failed')
    expect(shaky.notifier.send).toHaveBeenCalledTimes(1)
  })

  it('does not send beside an attempt that is still talking to the server', async () => {
    const world = await open()
    const id = await world.accept()
    const talking = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<void>()
    world.notifier.send.mockImplementationOnce(async ({ id: reference }) => {
      talking.resolve()
      await answered.promise
      return { reference }
    })
    const first = world.run('sendNotification', message(id))
    await talking.promise
    expect(await world.run('sendNotification', message(id), { attempt: 2 })).toBe('failed')
    answered.resolve()
    expect(await first).toBe('failed')
    expect(world.notifier.send).toHaveBeenCalledTimes(1)
    expect(await world.notifications(id)).toHaveLength(1)
  })

  it.each([
    ['notification-ambiguous', 'ambiguous'],
    ['notification-refused', 'permanent'],
  ] as const)('ends with %s and does not try again', async (code, errorClass) => {
    const world = await open()
    const id = await world.accept()
    world.notifier.send.mockRejectedValueOnce(new AppError(code, errorClass))
    expect(await world.run('sendNotification', message(id))).toBe('failed')
    expect(await world.run('sendNotification', message(id), { attempt: 2 })).toBe('failed')
    expect(world.notifier.send).toHaveBeenCalledTimes(1)
    expect(await world.notifications(id)).toMatchObject([{ outcome: 'failed', code }])
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'notification.failed',
      details: { code },
    })
  })
})

describe('what a message says', () => {
  const kinds: NotificationKind[] = [
    'document-available',
    'result-rejected',
    'consent-changed',
    'consent-requested',
    'answer-overdue',
    'needs-attention',
  ]
  const cases = kinds.flatMap((kind) =>
    recipientsOf(kind).map((recipient) => [kind, recipient] as const),
  )

  it.each(cases)('%s to the %s names no one and nothing medical', async (kind, recipient) => {
    const world = await open()
    const id = await world.accept()
    await world.run('sendNotification', message(id, { kind, recipient }))
    const { subject = '', text = '' } = world.notifier.send.mock.calls[0]?.[0] ?? {}
    expect(subject).toMatch(/^[А-Яа-яЁё ]+$/)
    expect(planted(subject + text)).toEqual([])
    expect(subject + text).not.toMatch(/913\.7|HGB|Общий анализ|CBC|R-1/)
    expect(text).toContain(world.organization.name)
    expect(planted(JSON.stringify(await world.timeline(id)))).toEqual([])
  })

  it('names the study where the laboratory decided so, and never in the subject', async () => {
    const messages = { operatorEmail: undefined, patientLink: 'https://lk.test', namesStudy: true }
    const world = await open({ messages })
    const id = await world.accept()
    await world.run('sendNotification', message(id))
    const { subject = '', text = '' } = world.notifier.send.mock.calls[0]?.[0] ?? {}
    expect(text).toContain('Общий анализ крови')
    expect(text).toContain('1 марта 2026')
    expect(subject).not.toContain('анализ')
  })
})
