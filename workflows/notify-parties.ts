import type { NotificationInput } from '../domain/submission/messages.ts'
import { recipientsOf } from '../domain/submission/recipients.ts'
import { sendNotification } from './steps.ts'

/** Tells everyone concerned; one who cannot be reached does not keep the others from hearing. */
export async function notifyParties(input: NotificationInput): Promise<void> {
  const outcomes = await Promise.allSettled(
    recipientsOf(input.kind).map((recipient) => sendNotification({ ...input, recipient })),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
