import {
  CancellationScope,
  isCancellation,
  makeContinueAsNewFunc,
  workflowInfo,
} from '@temporalio/workflow'
import type { NotificationInput, SubmissionInput } from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import { mustBeWithdrawn } from '../domain/submission/supersession.ts'
import { failureOf } from './failure.ts'
import { listen } from './message-handlers.ts'
import { WorkflowName } from './names.ts'
import { awaitingAcknowledgement } from './phases/acknowledgement.ts'
import { awaitingConsent, checkingConsent } from './phases/consent.ts'
import { assembling, awaitingApproval, awaitingSignatures, signing } from './phases/document.ts'
import { needsAttention, needsCorrection } from './phases/holds.ts'
import { tell } from './phases/notify.ts'
import { sending } from './phases/sending.ts'
import { undoAll } from './phases/undo.ts'
import { awaitingPredecessor, endSuperseded } from './phases/way.ts'
import type { retainSubmission } from './retain-submission.ts'
import { NEEDS_ATTENTION, PHASE, RETAIN_UNTIL } from './search-attributes.ts'
import { closeSubmission } from './steps.ts'
import { SubmissionRun } from './submission-run.ts'

/** The protocol, in order. Each phase does its part and names the next one. */
const PROTOCOL: Partial<Record<Phase, (run: SubmissionRun) => Promise<Phase>>> = {
  'checking-consent': checkingConsent,
  'awaiting-consent': awaitingConsent,
  'awaiting-predecessor': awaitingPredecessor,
  assembling,
  'awaiting-approval': awaitingApproval,
  signing,
  'awaiting-signatures': awaitingSignatures,
  sending,
  'awaiting-acknowledgement': awaitingAcknowledgement,
  'needs-correction': needsCorrection,
  'needs-attention': needsAttention,
}

/** Until these phases nothing has left: a lost consent sends the run back to the check. */
const BEFORE_SENDING: readonly Phase[] = [Phase.assembling, Phase.signing, Phase.sending]

/** What has left is asked back there. */
const AT_THE_REGISTRY: readonly Phase[] = [Phase.awaitingAcknowledgement]

/** Carries one result from acceptance to retention under one workflow id; retention continues as a run of its own. */
export async function submitAnalysis(
  input: SubmissionInput,
): Promise<{ phase: Phase; reason: string | undefined }> {
  const run = new SubmissionRun(input)
  listen(run)
  let phase = startOf(run)
  try {
    phase = await travel(run, phase)
  } catch (error) {
    if (!isCancellation(error)) throw error
    phase = run.hold(Phase.cancelled, 'cancelled-by-operator')
  }
  return await CancellationScope.nonCancellable(() => finish(run, phase))
}

/** What waited for a correction when its run was lost waits for it again: a person's "no" is not retried by a machine. */
function startOf(run: SubmissionRun): Phase {
  const { heldFor } = run.input
  return heldFor === undefined ? Phase.checkingConsent : run.hold(Phase.needsCorrection, heldFor)
}

async function travel(run: SubmissionRun, start: Phase): Promise<Phase> {
  let next: Phase = start
  while (PROTOCOL[next]) {
    if (run.superseded !== undefined && !AT_THE_REGISTRY.includes(next)) return endSuperseded(run)
    if (run.consentLost() && BEFORE_SENDING.includes(next)) next = Phase.checkingConsent
    run.phase = next
    next = await attempt(run, next)
    run.phasesPassed += 1
  }
  return next
}

/** A step that could not find out becomes a task for a person, who sends the run back to the same phase. */
async function attempt(run: SubmissionRun, phase: Phase): Promise<Phase> {
  const step = PROTOCOL[phase]
  try {
    return step ? await step(run) : phase
  } catch (error) {
    if (isCancellation(error)) throw error
    run.resumeAt = phase
    return run.hold(Phase.needsAttention, failureOf(error).code)
  }
}

async function finish(
  run: SubmissionRun,
  phase: Phase,
): Promise<{ phase: Phase; reason: string | undefined }> {
  let end = phase
  while (end === Phase.cancelled) {
    const reason = run.reason ?? 'cancelled-by-operator'
    end = await undoAll(run, reason)
    if (end === Phase.cancelled) {
      if (isTakenBack(run)) await tell(run, 'result-withdrawn')
      await closeSubmission({ key: run.key('cancel'), reason })
      await run.settle(Phase.cancelled)
      run.publish()
      return { phase: Phase.cancelled, reason }
    }
    // The registry answered after all: its word counts.
    end = await travel(run, end)
  }
  run.phase = Phase.notifying
  const news = await announce(run)
  await run.settle(Phase.retained)
  return await retain(run, news)
}

/** The result was another patient's, or is none: whoever acts on it has to know. */
const isTakenBack = ({ superseded }: SubmissionRun) =>
  superseded !== undefined && mustBeWithdrawn(superseded)

/** The news of a registration: handed on to the retention run, or told by a child in a run that began that way. */
async function announce(run: SubmissionRun): Promise<NotificationInput | undefined> {
  // The patient is not sent to a document that has been outrun.
  if (run.superseded !== undefined) return undefined
  if (run.protocol >= 2) return run.notification('document-available')
  await tell(run, 'document-available')
  return undefined
}

/** A fresh, tiny history for the years of keeping. */
async function retain(run: SubmissionRun, news: NotificationInput | undefined): Promise<never> {
  const { retainUntil } = run
  if (retainUntil === undefined) throw new Error('a registered document has no retention date')
  const continueAsRetention = makeContinueAsNewFunc<typeof retainSubmission>({
    workflowType: WorkflowName.retainSubmission,
    typedSearchAttributes: workflowInfo().typedSearchAttributes.updateCopy([
      { key: PHASE, value: Phase.retained },
      { key: NEEDS_ATTENTION, value: false },
      { key: RETAIN_UNTIL, value: new Date(retainUntil) },
    ]),
  })
  return await continueAsRetention({
    submissionId: run.input.submissionId,
    version: run.version,
    retainUntil,
    ...(news && { news }),
    ...(run.superseded && isTakenBack(run) && { withdraw: run.superseded }),
  })
}
