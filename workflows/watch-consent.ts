import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { WatchInput } from '../domain/submission/messages.ts'
import { consentChanged, submissionEntered } from './messages.ts'
import { submissionWorkflowId } from './names.ts'
import { recheckConsent } from './steps.ts'

/** One per consent, while submissions in flight rest on it: asks the consent service daily and tells them of a change. */
export async function watchConsent(input: WatchInput): Promise<void> {
  let entered = false
  setHandler(submissionEntered, () => {
    entered = true
  })
  for (;;) {
    const next = new Date(Date.now() + input.recheckMs).toISOString()
    setCurrentDetails(`**Ожидается:** ежедневная проверка согласия\n\n**Следующая:** ${next}`)
    await condition(() => false, input.recheckMs)
    entered = false
    const { status, inFlight } = await recheckConsent({ consentId: input.consentId })
    if (status !== 'active') await tellAll(input.consentId, status, inFlight)
    // A submission that entered during the recheck is seen by the next one.
    if ((status !== 'active' || inFlight.length === 0) && !entered) return
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof watchConsent>(input)
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
