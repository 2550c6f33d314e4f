import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow'
import type {
  AddSignature,
  Approve,
  Decide,
  SignatureVerdict,
} from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import { mustBeWithdrawn } from '../domain/submission/supersession.ts'
import * as messages from './messages.ts'
import { verifySignature } from './steps.ts'
import type { Decision, SubmissionRun } from './submission-run.ts'

/** Where each decision of a person is possible; `correct` is told apart because its repeats are welcome anywhere. */
const POSSIBLE_IN = {
  retry: [Phase.needsAttention, Phase.needsCorrection],
  abandon: [Phase.needsAttention, Phase.needsCorrection, Phase.awaitingConsent],
  approve: [Phase.awaitingApproval],
  reject: [Phase.awaitingApproval],
  correct: [Phase.needsCorrection],
  addSignature: [Phase.awaitingSignatures],
} as const

/** Lets a run be asked and told. Registered before the run takes its first step. */
export function listen(run: SubmissionRun): void {
  setHandler(messages.getProgress, () => run.progress())
  setHandler(messages.registryAnswered, ({ acknowledgementId }) => {
    run.noteAnswer(acknowledgementId)
  })
  setHandler(messages.consentChanged, (news) => {
    run.consentNews = news
  })
  setHandler(messages.superseded, ({ reason }) => {
    // A wrong patient outweighs a newer word: what must be withdrawn must be, whatever was said before.
    if (run.superseded === undefined || mustBeWithdrawn(reason)) run.superseded = reason
  })
  setHandler(messages.wayCleared, () => {
    run.cleared = true
  })
  decides(run, messages.retry, 'retry')
  decides(run, messages.abandon, 'abandon')
  decides(run, messages.reject, 'reject')
  setHandler(messages.approve, ({ actor }) => decide(run, { kind: 'approve', actor, reason: '' }), {
    validator: (_: Approve) => requirePhase(run, POSSIBLE_IN.approve),
  })
  setHandler(
    messages.correct,
    async ({ version, actor }) => {
      // Delivered at least once: a repeat of a correction already taken changes nothing.
      if (version <= run.version) return
      run.correctTo(version)
      await decide(run, { kind: 'corrected', actor, reason: '' })
    },
    {
      validator: ({ version }) => {
        if (version > run.version) requirePhase(run, POSSIBLE_IN.correct)
      },
    },
  )
  setHandler(messages.addSignature, signatureTaker(run), {
    validator: (_: AddSignature) => requirePhase(run, POSSIBLE_IN.addSignature),
  })
}

function decides(
  run: SubmissionRun,
  update: typeof messages.retry,
  kind: 'retry' | 'abandon' | 'reject',
): void {
  setHandler(update, ({ actor, reason }) => decide(run, { kind, actor, reason }), {
    validator: (_: Decide) => requirePhase(run, POSSIBLE_IN[kind]),
  })
}

/** One at a time: two verified side by side would each count the other one as still missing. */
function signatureTaker(run: SubmissionRun) {
  let busy = false
  return async ({ blobId, actor }: AddSignature): Promise<SignatureVerdict> => {
    while (busy) await condition(() => !busy)
    busy = true
    try {
      const verdict = await verifySignature({ key: run.key('verify-signature'), blobId, actor })
      if (!verdict.accepted) return { accepted: false, code: verdict.code }
      run.signaturesMissing = verdict.missing
      return { accepted: true }
    } finally {
      busy = false
    }
  }
}

/**
 * Answers when the next phase has recorded its work, so that whoever decided sees the run moving; at most a few seconds.
 * Not cancellable: a person also decides about a run that is being cancelled.
 */
async function decide(run: SubmissionRun, decision: Decision): Promise<void> {
  run.decision = decision
  const moved = run.phasesPassed + 2
  await CancellationScope.nonCancellable(() =>
    condition(() => run.phasesPassed >= moved, '3 seconds'),
  )
}

function requirePhase(run: SubmissionRun, phases: readonly Phase[]): void {
  if (phases.includes(run.phase) && run.decision === undefined) return
  throw ApplicationFailure.nonRetryable('not possible in this phase', 'update-refused', run.phase)
}
