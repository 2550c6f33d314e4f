import type { NotificationDraft, SubmissionCase } from '../adapters/storage/port.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { NotificationInput, RecipientRole } from '../domain/submission/messages.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { composeMessage } from './compose-message.ts'
import type { ActivityDeps } from './deps.ts'
import { onceFor } from './once.ts'

export interface SendNotificationInput extends NotificationInput {
  readonly recipient: RecipientRole
}

/**
 * One message to one recipient, at most once: the intent is written before the call, and a repeat that finds an intent
 * without a known failure does not send again, because the first mail may have left.
 */
export function createSendNotification(deps: ActivityDeps) {
  return async function sendNotification(
    input: SendNotificationInput,
  ): Promise<NotificationDraft['outcome']> {
    const { journal } = deps.store
    const key = keyOf(input, 'notify', input.round)
    return await onceFor<NotificationDraft['outcome']>(deps.store, key, async (submission) => {
      const to = addressOf(deps, submission, input.recipient)
      if (!to) return recorded(deps, input, 'no-address')
      const tryNumber = await claimTry(deps, input)
      if (tryNumber === undefined) return recorded(deps, input, 'failed', 'notification-ambiguous')
      try {
        await deps.notifier.send({
          id: `${input.submissionId}.${input.version}.${input.kind}.${input.recipient}.${input.round}`,
          to,
          ...composeMessage(submission, input, deps),
        })
      } catch (error) {
        if (!isAppError(error)) throw error
        if (error.class !== 'transient') return recorded(deps, input, 'failed', error.code)
        const failed = keyOf(input, 'notify-failed', tryNumber)
        await journal.commit({ key: failed, outcome: true, events: [] })
        throw error
      }
      return recorded(deps, input, 'sent')
    })
  }
}

function keyOf(
  { submissionId, version, kind, recipient }: SendNotificationInput,
  prefix: 'notify' | 'notify-intent' | 'notify-failed',
  round: number,
): StepKey {
  return { submissionId, version, step: `${prefix}:${kind}:${recipient}`, round }
}

/**
 * Writes the intent of the try that follows the failed ones and returns its number. Undefined when somebody's intent
 * stands there already. Tries are counted here and not by Temporal, whose attempts may end before any intent is written.
 */
async function claimTry(
  { store: { journal }, newId }: ActivityDeps,
  input: SendNotificationInput,
): Promise<number | undefined> {
  const ticket = newId()
  for (let tryNumber = input.round * 10_000; ; tryNumber += 1) {
    const key = keyOf(input, 'notify-intent', tryNumber)
    if ((await journal.commit({ key, outcome: ticket, events: [] })) === ticket) return tryNumber
    // A failure is written by whoever wrote the intent, so a free intent has none.
    if ((await journal.find(keyOf(input, 'notify-failed', tryNumber))) === undefined)
      return undefined
  }
}

function addressOf(
  deps: ActivityDeps,
  { report, organization }: SubmissionCase,
  recipient: RecipientRole,
): string | undefined {
  switch (recipient) {
    case 'patient':
      return report.patient.email
    case 'doctor':
      return report.responsibleDoctor?.email ?? organization.email ?? undefined
    case 'operator':
      return deps.messages.operatorEmail ?? organization.email ?? undefined
  }
}

const RECIPIENT_TEXT = { patient: 'пациенту', doctor: 'врачу', operator: 'сотруднику' } as const

function recorded(
  deps: ActivityDeps,
  { kind, recipient }: SendNotificationInput,
  outcome: NotificationDraft['outcome'],
  code?: string,
) {
  const text = {
    sent: `Отправлено сообщение ${RECIPIENT_TEXT[recipient]}`,
    failed: `Сообщение ${RECIPIENT_TEXT[recipient]} не отправлено`,
    'no-address': `Нет адреса для сообщения ${RECIPIENT_TEXT[recipient]}`,
  }[outcome]
  return {
    outcome,
    events: [
      {
        type: `notification.${outcome}`,
        text,
        details: { kind, recipient, ...(code && { code }) },
      },
    ],
    notifications: [
      {
        id: deps.newId(),
        kind,
        channel: 'email' as const,
        recipientRole: recipient,
        outcome,
        ...(code && { code }),
      },
    ],
  }
}
