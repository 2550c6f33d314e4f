import { patched } from '@temporalio/workflow'
import { Phase } from '../../domain/submission/phase.ts'
import { checkConsent, requestConsent } from '../steps.ts'
import type { SubmissionRun } from '../submission-run.ts'
import { tell, tellOfDoubt, tellOfLoss } from './notify.ts'

export async function checkingConsent(run: SubmissionRun): Promise<Phase> {
  run.takeConsentNews()
  const basis = await checkConsent({
    key: run.key('check-consent'),
  })
  switch (basis.kind) {
    case 'active':
      run.restOn(basis.consentId, basis.others)
      return Phase.assembling
    case 'refused':
      return run.hold(Phase.cancelled, 'consent-refused')
    case 'lost':
      await tellOfLoss(run)
      return run.hold(Phase.awaitingConsent, 'consent-withdrawn')
    case 'unclear':
      await tellOfDoubt(run)
      return run.hold(Phase.awaitingConsent, 'consent-unclear')
    case 'absent':
      return Phase.awaitingConsent
  }
}

/** Asks for a new consent once, then looks again daily and whenever the register changes, until patience ends. */
export async function awaitingConsent(run: SubmissionRun): Promise<Phase> {
  const { policy } = run.input
  if (run.consentPatienceEnds === undefined) {
    run.consentPatienceEnds = Date.now() + policy.consentPatienceMs
    await requestConsent({
      key: run.key('request-consent'),
      until: new Date(run.consentPatienceEnds).toISOString(),
    })
    await tell(run, 'consent-requested')
  }
  const patienceEnds = run.consentPatienceEnds
  const look = Math.min(Date.now() + policy.consentRecheckMs, patienceEnds)
  const happened = await run.wait(
    { for: 'согласие пациента', until: patienceEnds, wakeAt: look },
    () => run.consentNews !== undefined || run.decision !== undefined || run.cleared,
  )
  if (run.takeDecision()) return run.hold(Phase.cancelled, 'abandoned-by-operator')
  run.takeCleared()
  const news = run.takeConsentNews()
  // A refusal is what was answered then: the patient may have consented since, so it is asked about once more.
  if (news?.status === 'rejected' && !patched('consent-refusal-asked-again'))
    return run.hold(Phase.cancelled, 'consent-refused')
  if (!happened && Date.now() >= patienceEnds) return run.hold(Phase.cancelled, 'consent-overdue')
  return Phase.checkingConsent
}
