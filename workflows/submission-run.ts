import { allHandlersFinished, condition } from '@temporalio/workflow'
import type {
  ConsentChanged,
  NotificationInput,
  NotificationKind,
  Progress,
  Protocol,
  SubmissionInput,
} from '../domain/submission/messages.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { Step, StepKey } from '../domain/submission/step.ts'
import type { Supersession } from '../domain/submission/supersession.ts'
import type { Verdict } from '../domain/submission/verdict.ts'
import { failureOf } from './failure.ts'
import { RunDisplay, type Wait } from './run-display.ts'
import { watchLegalBasis } from './steps.ts'

/** What a person decided about a held submission. */
export type Decision = {
  readonly kind: 'retry' | 'abandon' | 'approve' | 'reject' | 'corrected'
  readonly actor: string
  readonly reason: string
}

/**
 * What one run knows: the facts that arrived (signals), what a person decided (updates) and what it is waiting for.
 * Handlers (message-handlers.ts) only note facts here; the phases decide what they mean.
 */
export class SubmissionRun {
  readonly input: SubmissionInput
  readonly protocol: Protocol
  phase: Phase = Phase.checkingConsent
  version: number
  /** Consents that the analyses of the document rest on; the first is the one that the registry is told of. */
  restsOn: readonly string[] = []
  lastVerdict: Verdict | undefined
  /** Why the run is held or ended. */
  reason: string | undefined
  /** Where `retry` goes on. */
  resumeAt: Phase = Phase.checkingConsent
  decision: Decision | undefined
  /** Acknowledgements that arrived and were not yet read, oldest first. */
  readonly answers: string[] = []
  /** Acknowledgements that could not be recorded: read again when a person sends the run on. */
  readonly unreadable: string[] = []
  consentNews: ConsentChanged | undefined
  /** It no longer counts. What has not left never leaves; what has is taken back, or followed by the newer one. */
  superseded: Supersession | undefined
  /** The phase that had to act on it has done so: waits are not ended by it any more. */
  supersessionMet = false
  /** What it waited for besides its own answers may be over. */
  cleared = false
  /** The doctor has heard that the consent was lost. */
  lossTold = false
  /** The operator has heard that the patient's last word is unclear. */
  doubtTold = false
  signaturesMissing = 0
  /** Certificate shown in the document's visible stamp. */
  certificateSerial = ''
  /** What must be undone when the run ends without registration; registered before the call that may need it. */
  readonly undo = new Set<'void' | 'withdraw'>()
  consentPatienceEnds: number | undefined
  sentAt: number | undefined
  /** Sends whose outcome was unknown and that the registry turned out not to have taken. */
  unknownSends = 0
  retainUntil: string | undefined
  /** Grows with every phase that has recorded its work. */
  phasesPassed = 0
  /** Counted by a lost run that this one replaces. */
  private readonly roundsBefore: number
  private readonly seenAnswers = new Set<string>()
  private readonly rounds = new Map<Step, number>()
  private readonly told = new Map<NotificationKind, number>()
  private readonly display = new RunDisplay()
  private waiting: Wait | undefined
  private restingSince = 0
  private readonly watched = new Set<string>()

  constructor(input: SubmissionInput) {
    this.input = input
    this.protocol = input.protocol ?? 1
    this.version = input.version
    this.roundsBefore = (input.firstRound ?? 1) - 1
  }

  /** Idempotency key of the next execution of a step. */
  key(step: Step): StepKey {
    const round = (this.rounds.get(step) ?? this.roundsBefore) + 1
    this.rounds.set(step, round)
    return { submissionId: this.input.submissionId, version: this.version, step, round }
  }

  /** Input of the next message of a kind. */
  notification(kind: NotificationKind): NotificationInput {
    const round = (this.told.get(kind) ?? this.roundsBefore) + 1
    this.told.set(kind, round)
    return { submissionId: this.input.submissionId, version: this.version, kind, round }
  }

  /** A corrected version: its steps and messages are counted anew. */
  correctTo(version: number): void {
    this.version = version
    this.rounds.clear()
    this.told.clear()
  }

  /** The consents the run rests on from now; a new one is not yet under watch. */
  restOn(consentId: string | null, others: readonly string[] = []): void {
    this.restsOn = consentId === null ? [] : [consentId, ...others]
    for (const id of this.watched) if (!this.restsOn.includes(id)) this.watched.delete(id)
    this.restingSince = Date.now()
    this.consentPatienceEnds = undefined
    this.lossTold = false
    this.doubtTold = false
    this.reason = undefined
  }

  hold(phase: Phase, reason: string): Phase {
    this.reason = reason
    return phase
  }

  /** Waits until `happened`, or until the time given; a run that is superseded waits for nothing. True when it happened. Shows in Web UI what is waited for. */
  async wait(wait: Wait, happened: () => boolean): Promise<boolean> {
    const woken = () => happened() || this.supersededNow()
    if (woken()) return true
    this.waiting = wait
    this.display.show(this, wait)
    try {
      const end = wait.wakeAt ?? wait.until ?? Number.POSITIVE_INFINITY
      const watchAt = this.restingSince + this.input.policy.watchAfterMs
      if (this.unwatched().length > 0 && watchAt < end) {
        if (await until(watchAt, woken)) return true
        await this.watch()
      }
      return await until(end, woken)
    } finally {
      this.waiting = undefined
      this.display.hide()
    }
  }

  /**
   * The same answer may arrive by callback, by poll and with the send: it is read once. `again` lets one be read that the
   * registry has repeated as its word on a document sent anew.
   */
  noteAnswer(acknowledgementId: string, { again = false } = {}): void {
    if (this.answers.includes(acknowledgementId)) return
    if (this.seenAnswers.has(acknowledgementId) && !again) return
    this.seenAnswers.add(acknowledgementId)
    this.answers.push(acknowledgementId)
  }

  /** It may come again: what is believed of it will have changed. */
  forgetAnswer(acknowledgementId: string): void {
    this.seenAnswers.delete(acknowledgementId)
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

  /** A consent this run rests on no longer holds. */
  consentLost(): boolean {
    return (
      this.input.policy.legalBasis === 'consent' &&
      this.consentNews !== undefined &&
      this.restsOn.includes(this.consentNews.consentId) &&
      this.consentNews.status !== 'active'
    )
  }

  /** Something has to be done about it yet. */
  supersededNow(): boolean {
    return this.superseded !== undefined && !this.supersessionMet
  }

  takeCleared(): boolean {
    const { cleared } = this
    this.cleared = false
    return cleared
  }

  /** The end of the run: nothing may be half-answered, and whoever decided need not wait any longer. */
  async settle(phase: Phase): Promise<void> {
    this.phase = phase
    this.phasesPassed = Number.POSITIVE_INFINITY
    await condition(allHandlersFinished)
  }

  publish(): void {
    this.display.publish(this.phase)
  }

  progress(): Progress {
    const { phase, version, lastVerdict, waiting, reason } = this
    return {
      phase,
      version,
      lastVerdict,
      waitingFor: waiting?.for,
      waitingUntil:
        waiting?.until === undefined ? undefined : new Date(waiting.until).toISOString(),
      reason,
    }
  }

  private unwatched(): string[] {
    if (this.input.policy.legalBasis !== 'consent') return []
    return this.restsOn.filter((id) => !this.watched.has(id))
  }

  /** A watch that could not be arranged is asked for again by the next wait: the check before each send stands anyway. */
  private async watch(): Promise<void> {
    for (const consentId of this.unwatched()) {
      try {
        await watchLegalBasis({ consentId, recheckMs: this.input.policy.consentRecheckMs })
        this.watched.add(consentId)
      } catch (error) {
        failureOf(error)
      }
    }
  }
}

async function until(end: number, happened: () => boolean): Promise<boolean> {
  if (end === Number.POSITIVE_INFINITY) {
    await condition(happened)
    return true
  }
  const left = end - Date.now()
  return left <= 0 ? happened() : await condition(happened, left)
}
