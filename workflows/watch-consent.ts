import {
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { WatchInput } from '../domain/submission/messages.ts'
import type { RecheckOutcome } from '../domain/submission/outcomes.ts'
import { failureOf } from './failure.ts'
import { consentChanged, submissionEntered } from './messages.ts'
import { submissionWorkflowId } from './names.ts'
import { recheckConsent } from './steps.ts'

/** One per consent, while submissions in flight rest on it: asks the consent service daily and tells them of a change. */
export async function watchConsent(input: WatchInput): Promise<void> {
  const entered = { count: 0 }
  setHandler(submissionEntered, () => {
    entered.count += 1
  })
  for (;;) {
    const next = new Date(Date.now() + input.recheckMs).toISOString()
    setCurrentDetails(`**Ожидается:** ежедневная проверка согласия\n\n**Следующая:** ${next}`)
    await sleep(input.recheckMs)
    const known = entered.count
    const found = await recheck(input.consentId)
    if (found) {
      const { status, inFlight, lost = [] } = found
      for (const one of lost) await tellAll(input.consentId, one.status, [one.submissionId])
      if (status !== 'active') await tellAll(input.consentId, status, inFlight)
      // A submission that entered during the recheck is seen by the next one.
      if ((status !== 'active' || inFlight.length === 0) && entered.count === known) return
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof watchConsent>(input)
  }
}

/** A consent service away for longer than a question is patient must not end the watch: it asks again tomorrow. */
async function recheck(consentId: string): Promise<RecheckOutcome | undefined> {
  try {
    return await recheckConsent({ consentId })
  } catch (error) {
    failureOf(error)
    return undefined
  }
}

async function tellAll(
  consentId: string,
  status: 'expired' | 'withdrawn' | 'rejected',
  submissions: readonly string[],
): Promise<void> {
  // A submission that has ended meanwhile no longer listens: that is no failure of the watch.
  await Promise.allSettled(
    submissions.map((id) =>
      getExternalWorkflowHandle(submissionWorkflowId(id)).signal(consentChanged, {
        consentId,
        status,
      }),
    ),
  )
}
