import { Phase } from './phase.ts'
import { Step } from './step.ts'

/** One stored outcome of a run that was lost. */
export interface PastStep {
  readonly step: string
  readonly round: number
  readonly outcome: unknown
  readonly at: Date
}
export interface Inheritance {
  /** Where the next run begins to count: no outcome of an earlier run has this round. */
  readonly firstRound: number
  /** What stands of the lost run, to be found by the next one in its first round. Empty: everything is done anew. */
  readonly outcomes: readonly InheritedOutcome[]
  /** Where the next run will stand when it has taken them over. */
  readonly phase: Phase
}
export interface InheritedOutcome {
  readonly step: Step
  readonly outcome: { readonly [key: string]: unknown }
}

type Found = InheritedOutcome['outcome']

/** Set by the signature and by what follows it: in these phases the newest document is the signed one. */
const SIGNED: readonly Phase[] = [
  Phase.awaitingSignatures,
  Phase.sending,
  Phase.awaitingAcknowledgement,
]
/** Outcomes after which the document that was signed no longer counts. */
const UNDONE: Readonly<Record<string, readonly string[]>> = {
  [Step.send]: ['refused', 'no-basis'],
  [Step.withdraw]: ['withdrawn'],
  [Step.recordAnswer]: ['rejected', 'correction-required', 'clarification-required'],
}

/**
 * What a run that replaces a lost one may take over. A signed document may have left: made anew it would no longer be the
 * one the registry holds, so consent, document, signatures and receipt are taken over together. Before that, and after
 * whatever ended the document's way, nothing is: an old "issues" or "refused" must not be repeated for ever.
 */
export function inherit(past: readonly PastStep[], phase: Phase): Inheritance {
  const firstRound = 1 + Math.max(0, ...past.filter(isCounted).map(({ round }) => round))
  const outcomes = standing(past, phase)
  return { firstRound, outcomes, phase: phaseAfter(outcomes) }
}

/** Failed tries have keys made of round and try. */
function isCounted({ step }: PastStep): boolean {
  return step !== Step.attempt && !step.startsWith('unanswered:')
}

function standing(past: readonly PastStep[], phase: Phase): InheritedOutcome[] {
  const consent = newest(past, Step.checkConsent, ({ kind }) => kind === 'active')
  const document = newest(past, Step.assemble, ({ kind }) => kind === 'assembled')
  const signature = newest(past, Step.sign, ({ kind }) => kind === 'signed')
  if (!consent || !document || !signature) return []
  const since = past.filter(({ at }) => at > signature.at)
  if (since.some(isUndoing)) return []
  if (!SIGNED.includes(phase) && (phase !== Phase.needsAttention || since.some(isAnew))) return []
  const personal = newest(since, Step.verifySignature, ({ accepted }) => accepted === true)
  const missing = personal ? personal.found.missing : signature.found.personalSignatures
  const sent =
    phase === Phase.sending || phase === Phase.awaitingSignatures
      ? undefined
      : newest(past, Step.send, ({ kind }) => kind === 'taken' || kind === 'answered')
  return [
    { step: Step.checkConsent, outcome: consent.found },
    // Whoever signed it had the template confirmed.
    { step: Step.assemble, outcome: { ...document.found, templateConfirmed: true } },
    { step: Step.sign, outcome: { ...signature.found, personalSignatures: missing } },
    ...(sent && sent.at >= signature.at ? [{ step: Step.send, outcome: sent.found }] : []),
  ]
}

function phaseAfter(outcomes: readonly InheritedOutcome[]): Phase {
  const of = (name: Step) => outcomes.find(({ step }) => step === name)?.outcome
  if (of(Step.send)) return Phase.awaitingAcknowledgement
  const signature = of(Step.sign)
  if (!signature) return Phase.checkingConsent
  return signature.personalSignatures === 0 ? Phase.sending : Phase.awaitingSignatures
}

const isUndoing = ({ step, outcome }: PastStep) =>
  UNDONE[step]?.includes(String(toFound(outcome).kind)) ?? false
const isAnew = ({ step }: PastStep) => step === Step.checkConsent || step === Step.assemble

/** Rounds of one step only grow: the highest is the newest, whatever the clocks of two workers say. */
function newest(
  past: readonly PastStep[],
  name: Step,
  counts: (found: Found) => boolean,
): { at: Date; found: Found } | undefined {
  const [last] = past
    .filter(({ step, outcome }) => step === name && counts(toFound(outcome)))
    .toSorted((a, b) => b.round - a.round)
  return last && { at: last.at, found: toFound(last.outcome) }
}

function toFound(outcome: unknown): Found {
  return typeof outcome === 'object' && outcome !== null ? (outcome as Found) : {}
}
