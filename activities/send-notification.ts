import { Context } from '@temporalio/activity'
import type { NotificationDraft, SubmissionCase } from '../adapters/storage/port.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { NotificationInput, RecipientRole } from '../domain/submission/messages.ts'
import type { NotificationStep, StepKey } from '../domain/submission/step.ts'
import { composeMessage } from './compose-message.ts'
import type { ActivityDeps } from './deps.ts'
import { once } from './once.ts'

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
    const keyOf = (
      prefix: 'notify' | 'notify-intent' | 'notify-failed',
      round: number,
    ): StepKey => ({
      submissionId: input.submissionId,
      version: input.version,
      step: `${prefix}:${input.kind}:${input.recipient}` as NotificationStep,
      round,
    })
    return await once<NotificationDraft['outcome']>(
      journal,
      keyOf('notify', input.round),
      async () => {
        const { attempt } = Context.current().info
        const tryNumber = input.round * 10_000 + attempt
        if (attempt > 1) {
          const intended = await journal.find(keyOf('notify-intent', tryNumber - 1))
          const failed = await journal.find(keyOf('notify-failed', tryNumber - 1))
          if (intended !== undefined && failed === undefined)
            return recorded(deps, input, 'failed', 'notification-ambiguous')
        }
        const submission = await deps.store.cases.load(input.submissionId, input.version)
        const to = addressOf(deps, submission, input.recipient)
        if (!to) return recorded(deps, input, 'no-address')
        await journal.commit({ key: keyOf('notify-intent', tryNumber), outcome: true, events: [] })
        try {
          await deps.notifier.send({
            id: `${input.submissionId}.${input.version}.${input.kind}.${input.recipient}.${input.round}`,
            to,
            ...composeMessage(submission, input, deps),
          })
        } catch (error) {
          if (!isAppError(error)) throw error
          if (error.class !== 'transient') return recorded(deps, input, 'failed', error.code)
          await journal.commit({
            key: keyOf('notify-failed', tryNumber),
            outcome: true,
            events: [],
          })
          throw error
        }
        return recorded(deps, input, 'sent')
      },
    )
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
