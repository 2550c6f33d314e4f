import type { Timers } from '../shared/timers.ts'
import type { CallbackSender } from './callback-sender.ts'
import {
  type Answer,
  type Registration,
  type Registrations,
  type Spoken,
  sequenceOf,
} from './registrations.ts'

/** The portal's back office: answers what was taken, as planned, and tells the sender. */
export interface Examiner {
  /** Answers after the planned delay. */
  schedule(registration: Registration): void
  /** Answers at once; settles when the first callback has been tried. */
  examine(registration: Registration): Promise<void>
  /** What is said in spite of a withdrawal. */
  afterWithdrawal(registration: Registration): Promise<void>
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

  /** Says what comes next; what follows it is said after the planned pause. */
  async function examine(registration: Registration): Promise<void> {
    const { plan, answers, withdrawnAt } = registration
    const next = sequenceOf(plan)[answers.length]
    if (next === undefined || withdrawnAt) return
    await say(registration, next)
    if (sequenceOf(plan).length > answers.length)
      timers.after(plan.pauseMs ?? 0, () => void examine(registration))
  }

  async function say(registration: Registration, spoken: Spoken): Promise<void> {
    await tell(registration, registrations.answer(registration.documentId, spoken, deps.now()))
  }

  async function tell(registration: Registration, answer: Answer): Promise<void> {
    for (let copy = 0; copy < registration.plan.copies; copy += 1) {
      await callbacks.deliver(registration, answer, () => {
        const isLast = registration.answer === answer
        if (isLast && !registration.delivered) registrations.markDelivered(answer.documentId)
      })
    }
  }

  return {
    examine,
    schedule(registration) {
      timers.after(registration.plan.delayMs, () => void examine(registration))
    },
    async afterWithdrawal(registration) {
      const { afterWithdrawal } = registration.plan
      if (afterWithdrawal) await say(registration, afterWithdrawal)
    },
    resume() {
      for (const registration of registrations.all()) {
        const { answers, delivered, plan } = registration
        if (answers.length > 0 && !delivered)
          for (const answer of answers) timers.after(0, () => void tell(registration, answer))
        if (answers.length < sequenceOf(plan).length)
          timers.after(0, () => void examine(registration))
      }
    },
  }
}
