import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import type {
  AddSignature,
  Approve,
  ConsentChanged,
  Decide,
  NotificationInput,
  NotificationKind,
  Progress,
  SubmissionInput,
} from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import { REASON_TEXT, type Reason } from '../domain/submission/reason.ts'
import type { Step, StepKey } from '../domain/submission/step.ts'
import type { Verdict } from '../domain/submission/verdict.ts'
import * as messages from './messages.ts'
import { NEEDS_ATTENTION, PHASE } from './search-attributes.ts'
import { verifySignature, watchLegalBasis } from './steps.ts'

/** What a person decided about a held submission. */
export type Decision = {
  readonly kind: 'retry' | 'abandon' | 'approve' | 'reject' | 'corrected'
  readonly actor: string
  readonly reason: string
}

export interface Wait {
  readonly for: string
  /** Milliseconds since the epoch; absent = until something happens. */
  readonly until?: number
  readonly reason?: string
}

/**
 * What one run knows: the facts that arrived (signals), what a person decided (updates) and what it is waiting for.
 * Handlers only note facts here; the phases decide what they mean.
 */
export class SubmissionRun {
  readonly input: SubmissionInput
  phase: Phase = Phase.checkingConsent
  version: number
  consentId: string | null = null
  lastVerdict: Verdict | undefined
  /** Why the run is held or ended. */
  reason: string | undefined
  /** Where `retry` goes on. */
  resumeAt: Phase = Phase.checkingConsent
  decision: Decision | undefined
  /** Acknowledgements that arrived and were not yet read, oldest first. */
  readonly answers: string[] = []
  consentNews: ConsentChanged | undefined
  signaturesMissing = 0
  /** Certificate shown in the document's visible stamp. */
  certificateSerial = ''
  /** What must be undone when the run ends without registration; registered before the call that may need it. */
  readonly undo = new Set<'void' | 'withdraw'>()
  consentPatienceEnds: number | undefined
  sentAt: number | undefined
  retainUntil: string | undefined
  private readonly told = new Map<NotificationKind, number>()
  private phasesPassed = 0
  private readonly seenAnswers = new Set<string>()
  private readonly rounds = new Map<Step, number>()
  private shown: { phase: Phase; attention: boolean } = {
    phase: Phase.checkingConsent,
    attention: false,
  }
  private waiting: Wait | undefined
  private watched = false

  constructor(input: SubmissionInput) {
    this.input = input
    this.version = input.version
    this.listen()
  }

  /** Idempotency key of the next execution of a step. */
  key(step: Step): StepKey {
    const round = (this.rounds.get(step) ?? 0) + 1
    this.rounds.set(step, round)
    return { submissionId: this.input.submissionId, version: this.version, step, round }
  }

  /** Input of the next message of a kind. */
  notification(kind: NotificationKind): NotificationInput {
    const round = (this.told.get(kind) ?? 0) + 1
    this.told.set(kind, round)
    return { submissionId: this.input.submissionId, version: this.version, kind, round }
  }

  /** The consent the run rests on from now; a new one is not yet under watch. */
  restOn(consentId: string | null): void {
    if (consentId !== this.consentId) this.watched = false
    this.consentId = consentId
    this.consentPatienceEnds = undefined
    this.reason = undefined
  }

  /** A phase has done its part: what it recorded can be seen from outside. */
  passed(): void {
    this.phasesPassed += 1
  }

  hold(phase: Phase, reason: string): Phase {
    this.reason = reason
    return phase
  }

  /** Waits until `happened`, or until the time given. True when it happened. Shows in Web UI what is waited for. */
  async wait(wait: Wait, happened: () => boolean): Promise<boolean> {
    if (happened()) return true
    this.show(wait)
    const end = wait.until ?? Number.POSITIVE_INFINITY
    if (this.needsWatch() && end - Date.now() > this.input.policy.watchAfterMs) {
      if (await condition(happened, this.input.policy.watchAfterMs)) return this.hide(true)
      await this.watch()
    }
    if (wait.until === undefined) {
      await condition(happened)
      return this.hide(true)
    }
    const left = wait.until - Date.now()
    return this.hide(left <= 0 ? happened() : await condition(happened, left))
  }

  /** A decision of a person is used once. */
  takeDecision(): Decision | undefined {
    const decision = this.decision
    this.decision = undefined
    return decision
  }

  takeConsentNews(): ConsentChanged | undefined {
    const news = this.consentNews
    this.consentNews = undefined
    return news
  }

  /** The consent this run rests on no longer holds. */
  consentLost(): boolean {
    return (
      this.input.policy.legalBasis === 'consent' &&
      this.consentNews !== undefined &&
      this.consentNews.status !== 'active'
    )
  }

  /** The end of the run: nothing may be half-answered. */
  async settle(phase: Phase): Promise<void> {
    this.phase = phase
    await condition(allHandlersFinished)
  }

  /** Search attributes change only when a run begins to wait, needs a person, or ends. */
  publish(): void {
    const attention =
      this.phase === Phase.needsAttention ||
      this.phase === Phase.needsCorrection ||
      this.phase === Phase.awaitingApproval
    if (this.shown.phase === this.phase && this.shown.attention === attention) return
    upsertSearchAttributes([
      { key: PHASE, value: this.phase },
      ...(this.shown.attention === attention ? [] : [{ key: NEEDS_ATTENTION, value: attention }]),
    ])
    this.shown = { phase: this.phase, attention }
  }

  private show(wait: Wait): void {
    this.waiting = wait
    this.publish()
    setCurrentDetails(describe(this.phase, this.version, wait, this.reason))
  }

  private hide(happened: boolean): boolean {
    this.waiting = undefined
    setCurrentDetails('')
    return happened
  }

  private needsWatch(): boolean {
    return !this.watched && this.consentId !== null && this.input.policy.legalBasis === 'consent'
  }

  private async watch(): Promise<void> {
    if (this.consentId === null) return
    this.watched = true
    await watchLegalBasis({
      consentId: this.consentId,
      recheckMs: this.input.policy.consentRecheckMs,
    })
  }

  private progress(): Progress {
    return {
      phase: this.phase,
      version: this.version,
      lastVerdict: this.lastVerdict,
      waitingFor: this.waiting?.for,
      waitingUntil:
        this.waiting?.until === undefined ? undefined : new Date(this.waiting.until).toISOString(),
      reason: this.reason,
    }
  }

  private listen(): void {
    setHandler(messages.getProgress, () => this.progress())
    setHandler(messages.registryAnswered, ({ acknowledgementId }) => {
      this.noteAnswer(acknowledgementId)
    })
    setHandler(messages.consentChanged, (news) => {
      this.consentNews = news
    })
    this.decides(messages.retry, 'retry', [Phase.needsAttention, Phase.needsCorrection])
    this.decides(messages.abandon, 'abandon', [
      Phase.needsAttention,
      Phase.needsCorrection,
      Phase.awaitingConsent,
    ])
    this.decides(messages.reject, 'reject', [Phase.awaitingApproval])
    setHandler(
      messages.approve,
      ({ actor }) => this.decide({ kind: 'approve', actor, reason: '' }),
      {
        validator: (_: Approve) => this.requirePhase([Phase.awaitingApproval]),
      },
    )
    setHandler(
      messages.correct,
      async ({ version, actor }) => {
        // Delivered at least once: a repeat of a correction already taken changes nothing.
        if (version <= this.version) return
        this.version = version
        await this.decide({ kind: 'corrected', actor, reason: '' })
      },
      {
        validator: ({ version }) => {
          if (version > this.version) this.requirePhase([Phase.needsCorrection])
        },
      },
    )
    setHandler(
      messages.addSignature,
      async ({ blobId, actor }) => {
        const verdict = await verifySignature({ key: this.key('verify-signature'), blobId, actor })
        if (verdict.accepted) this.signaturesMissing = verdict.missing
        return verdict.accepted ? { accepted: true } : { accepted: false, code: verdict.code }
      },
      { validator: (_: AddSignature) => this.requirePhase([Phase.awaitingSignatures]) },
    )
  }

  /** The same answer may arrive by callback, by poll and with the send: it is read once. */
  noteAnswer(acknowledgementId: string): void {
    if (this.seenAnswers.has(acknowledgementId)) return
    this.seenAnswers.add(acknowledgementId)
    this.answers.push(acknowledgementId)
  }

  private decides(
    update: typeof messages.retry,
    kind: 'retry' | 'abandon' | 'reject',
    phases: readonly Phase[],
  ): void {
    setHandler(update, ({ actor, reason }) => this.decide({ kind, actor, reason }), {
      validator: (_: Decide) => this.requirePhase(phases),
    })
  }

  /** Answers when the next phase has recorded its work, so that whoever decided sees the run moving; at most a few seconds. */
  private async decide(decision: Decision): Promise<void> {
    this.decision = decision
    const moved = this.phasesPassed + 2
    await condition(() => this.phasesPassed >= moved, '3 seconds')
  }

  private requirePhase(phases: readonly Phase[]): void {
    if (phases.includes(this.phase) && this.decision === undefined) return
    throw ApplicationFailure.nonRetryable(
      'not possible in this phase',
      'update-refused',
      this.phase,
    )
  }
}

function describe(phase: Phase, version: number, wait: Wait, reason: string | undefined): string {
  const lines = [`**Этап:** ${phase} (версия ${version})`, `**Ожидается:** ${wait.for}`]
  if (wait.until !== undefined) lines.push(`**До:** ${new Date(wait.until).toISOString()}`)
  const why = wait.reason ?? reason
  if (why !== undefined)
    lines.push(`**Причина:** ${why in REASON_TEXT ? REASON_TEXT[why as Reason] : why} (\`${why}\`)`)
  return lines.join('\n\n')
}
