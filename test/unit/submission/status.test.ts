import { describe, expect, it } from 'vitest'
import type { NotificationKind } from '../../../domain/submission/messages.ts'
import { IN_FLIGHT, Phase } from '../../../domain/submission/phase.ts'
import { REASON_TEXT, reasonText } from '../../../domain/submission/reason.ts'
import { recipientsOf } from '../../../domain/submission/recipients.ts'
import { STATUS_TEXT, toStatus } from '../../../domain/submission/status.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'

describe('status', () => {
  it.each([
    [Phase.awaitingFinal, undefined, 'В обработке'],
    [Phase.checkingConsent, undefined, 'В обработке'],
    [Phase.assembling, undefined, 'В обработке'],
    [Phase.awaitingApproval, undefined, 'В обработке'],
    [Phase.signing, undefined, 'В обработке'],
    [Phase.awaitingSignatures, undefined, 'В обработке'],
    [Phase.awaitingConsent, undefined, 'Ожидает согласия'],
    [Phase.sending, undefined, 'Готово'],
    [Phase.awaitingAcknowledgement, undefined, 'Отправлено'],
    [Phase.notifying, Verdict.accepted, 'Принято'],
    [Phase.retained, Verdict.accepted, 'Принято'],
    [Phase.destroyed, Verdict.accepted, 'Принято'],
    [Phase.needsCorrection, undefined, 'Требуется корректировка'],
    [Phase.needsCorrection, Verdict.correctionRequired, 'Требуется корректировка'],
    [Phase.needsCorrection, Verdict.rejected, 'Отклонено'],
    [Phase.needsCorrection, Verdict.clarificationRequired, 'Требуется уточнение'],
    [Phase.needsAttention, undefined, 'Остановлено'],
    [Phase.cancelled, undefined, 'Остановлено'],
    [Phase.cancelled, Verdict.rejected, 'Отклонено'],
  ] as const)('of %s after %s is «%s»', (phase, verdict, text) => {
    expect(STATUS_TEXT[toStatus(phase, verdict)]).toBe(text)
  })

  it('is known for every phase after every verdict', () => {
    for (const phase of Object.values(Phase))
      for (const verdict of [undefined, ...Object.values(Verdict)])
        expect(STATUS_TEXT, `${phase} ${verdict}`).toHaveProperty(toStatus(phase, verdict))
  })

  it('of a phase that does not exist is an error', () => {
    expect(() => toStatus('nowhere' as Phase, undefined)).toThrow('nowhere')
  })

  it('in flight is everything between acceptance and the registry’s word', () => {
    const settled = Object.values(Phase).filter((phase) => !IN_FLIGHT.includes(phase))
    expect(settled).toEqual([
      ...['awaiting-final', 'awaiting-decision', 'notifying', 'retained', 'cancelled', 'destroyed'],
    ])
  })
})

describe('reasons', () => {
  it.each(Object.entries(REASON_TEXT))('%s has its own words', (reason, text) => {
    expect(reasonText(reason)).toBe(text)
  })

  it('that are error codes speak with the words of the error', () => {
    expect(reasonText('certificate-expired')).toContain('Срок действия сертификата')
  })

  it('unknown speak for themselves', () => {
    expect(reasonText('never-heard-of')).toBe('never-heard-of')
    expect(reasonText('toString')).toBe('toString')
  })
})

describe('recipients', () => {
  it.each([
    ['document-available', ['patient']],
    ['consent-requested', ['patient', 'doctor']],
    ['result-rejected', ['doctor', 'operator']],
    ['consent-changed', ['doctor']],
    ['answer-overdue', ['operator']],
    ['needs-attention', ['operator']],
    ['question-asked', ['operator']],
  ] as const)('of %s are %j', (kind, recipients) => {
    expect(recipientsOf(kind)).toEqual(recipients)
  })

  it('of an unknown kind are an error, not nobody', () => {
    expect(() => recipientsOf('gossip' as NotificationKind)).toThrow('gossip')
  })
})
