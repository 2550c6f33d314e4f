import type { ConsentAnswer } from '../adapters/consents/port.ts'
import type { CheckStatus, Consent, ConsentCheckDraft } from '../adapters/storage/port.ts'
import { type Finding, findBasis, registeredWill } from '../domain/consent/finding.ts'
import type { WillDecision } from '../domain/consent/will.ts'
import { assertNever } from '../domain/shared/assert-never.ts'
import { type Asked, ask, toCheck } from './ask-consent-service.ts'
import type { ActivityDeps } from './deps.ts'

/** What was found out about one analysis. */
export interface Read {
  readonly analysis: string
  readonly finding: Finding
  readonly answer: ConsentAnswer | undefined
  /** As the journal keeps them: the question to the service, then what the register decided. */
  readonly checks: readonly ConsentCheckDraft[]
}
export interface Reading {
  readonly consents: readonly Consent[]
  readonly reads: readonly Read[]
}
interface Subject {
  readonly submissionId: string
  readonly analyses: readonly string[]
  /** What the consent service knows the patient by; empty: nothing to ask it by. */
  readonly ref: string
}

/**
 * Asks about every analysis, side by side: the register for what the patient expressed, the service for what it says now.
 * `onFailure` gets the rows of the journal when a question stays unanswered: then nothing is known and the error goes on.
 */
export async function readWill(
  deps: ActivityDeps,
  subject: Subject,
  onFailure: (checks: readonly ConsentCheckDraft[]) => Promise<void>,
): Promise<Reading> {
  const now = deps.now()
  const { submissionId, analyses } = subject
  const consents = await deps.store.consentLookup.ofPatient(submissionId)
  const asked = await askAll(deps, subject, consents, now)
  const failed = asked.find((one) => 'error' in one)
  if (failed && 'error' in failed) {
    await onFailure(asked.map(toCheck))
    throw failed.error
  }
  const answers = new Map(asked.flatMap((one) => ('answer' in one ? [[one.analysis, one]] : [])))
  const decide = (decisions: readonly WillDecision[]) =>
    analyses.map((analysis): Read => {
      const one = answers.get(analysis)
      const known = { consents, analysis, now, decisions }
      const finding = findBasis(one ? { ...known, word: one.answer } : known)
      return { analysis, finding, answer: one?.answer, checks: checksOf(analysis, finding, one) }
    })
  const reads = decide([])
  // Read only where they can matter: almost nobody's words are in an unclear order.
  if (!reads.some(({ finding }) => finding.kind === 'unclear')) return { consents, reads }
  return { consents, reads: decide(await deps.store.consentLookup.decisions(submissionId)) }
}

async function askAll(
  { consentService }: ActivityDeps,
  { analyses, ref }: Subject,
  consents: readonly Consent[],
  now: Date,
): Promise<Asked[]> {
  if (!consentService || ref === '') return []
  return await Promise.all(
    analyses.map((analysis) => {
      const will = registeredWill({ consents, analysis, now, decisions: [] })
      const by = will.kind === 'yes' ? will.newest.by : undefined
      const consent = consents.find(({ id }) => id === by)
      return ask(consentService, ref, { analysis, consent })
    }),
  )
}

type Answered = Extract<Asked, { answer: ConsentAnswer }>

function checksOf(
  analysis: string,
  finding: Finding,
  asked: Answered | undefined,
): ConsentCheckDraft[] {
  const answered = asked && toCheck(asked)
  const decided = statusOf(finding)
  if (answered && answered.status === decided) return [answered]
  const isByRegister = finding.kind !== 'absent' && finding.kind !== 'refused'
  if (answered && !isByRegister) return [answered]
  const consentId = 'consentId' in finding ? finding.consentId : undefined
  const register: ConsentCheckDraft = {
    analysis,
    ...(consentId !== undefined && { consentId }),
    request: { analysis },
    status: decided,
    source: 'register',
    user: 'system',
  }
  return answered ? [answered, register] : [register]
}

function statusOf(finding: Finding): CheckStatus {
  switch (finding.kind) {
    case 'yes':
      return 'active'
    case 'lost':
      return finding.why
    case 'refused':
      return 'rejected'
    case 'absent':
      return 'none'
    case 'unclear':
      return 'unclear'
    default:
      return assertNever(finding)
  }
}
