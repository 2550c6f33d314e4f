import type { Timers } from '../shared/timers.ts'
import type { CallbackSender } from './callback-sender.ts'
import type { Registration, Registrations } from './registrations.ts'

/** The portal's back office: answers what was taken, once, and tells the sender. */
export interface Examiner {
  /** Answers after the planned delay. */
  schedule(registration: Registration): void
  /** Answers at once; settles when the first callback has been tried. */
  examine(registration: Registration): Promise<void>
  /** Takes up what an earlier run left unanswered or undelivered. */
  resume(): void
}

export function createExaminer(deps: {
  readonly registrations: Registrations
  readonly callbacks: CallbackSender
  readonly timers: Timers
  readonly now: () => Date
}): Examiner {
  const { registrations, callbacks, timers } = deps

  async function examine(registration: Registration): Promise<void> {
    const { documentId, plan } = registration
    if (plan.status === null || registration.withdrawnAt || registration.answer) return
    registrations.answer(documentId, deps.now())
    await tell(registration)
  }

  async function tell(registration: Registration): Promise<void> {
    const { answer, documentId, plan } = registration
    if (answer === undefined) return
    for (let copy = 0; copy < plan.copies; copy += 1) {
      await callbacks.deliver(registration, answer, () => {
        if (!registration.delivered) registrations.markDelivered(documentId)
      })
    }
  }

  return {
    examine,
    schedule(registration) {
      timers.after(registration.plan.delayMs, () => void examine(registration))
    },
    resume() {
      for (const registration of registrations.all()) {
        if (registration.answer === undefined) timers.after(0, () => void examine(registration))
        else if (!registration.delivered) timers.after(0, () => void tell(registration))
      }
    },
  }
}
