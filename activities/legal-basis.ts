import type { Consent, SubmissionCase } from '../adapters/storage/port.ts'
import { covers } from '../domain/consent/registered-consent.ts'
import type { ConsentOutcome } from '../domain/submission/outcomes.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { patientRef, recordUnanswered } from './ask-consent-service.ts'
import { analysesOfReport } from './covered-analyses.ts'
import type { ActivityDeps } from './deps.ts'
import type { Done } from './once.ts'
import { type Read, type Reading, readWill } from './read-will.ts'
import { type Basis, restOn } from './rest-on.ts'

export interface LegalBasis {
  readonly outcome: ConsentOutcome
  /** The consent a document rests on, as the registry is told of it; absent where the law is enough. */
  readonly consent?: Pick<Consent, 'number' | 'givenAt'>
  readonly journal: Pick<
    Done<null>,
    'consentChecks' | 'discoveredConsents' | 'restsOn' | 'asks' | 'settles'
  >
}

/**
 * Reads the legal basis as it is now: for each analysis the register first, then the consent service. Every question is
 * journalled. A document is asked about as what it was made as, a report without one as what would be made of it.
 */
export async function readLegalBasis(
  deps: ActivityDeps,
  asked: {
    readonly key: StepKey
    readonly submission: SubmissionCase
    /** What the consent must cover, by the codes of templates. */
    readonly analyses?: readonly string[] | undefined
  },
): Promise<LegalBasis> {
  const { key, submission } = asked
  const { submissionId } = submission
  // Of the row: whoever can start a run could write anything into its input.
  const { legalBasis: basis } = submission.policy
  if (basis === 'law') {
    const check = { request: { basis }, status: 'active', source: 'law', user: 'system' } as const
    return {
      outcome: { kind: 'active', consentId: null },
      journal: { consentChecks: [check], restsOn: [] },
    }
  }
  const analyses = asked.analyses ?? (await analysesOfReport(deps, submission))
  const ref = patientRef(submission.report.patient)
  const reading = await readWill(deps, { submissionId, analyses, ref }, (checks) =>
    recordUnanswered(deps, key, checks),
  )
  const kind = outcomeOf(reading.reads)
  if (kind === 'active') return active(deps, reading, analyses)
  const consentChecks = reading.reads.flatMap(({ checks }) => checks)
  const journal = { consentChecks, restsOn: [] }
  if (kind !== 'unclear') return { outcome: { kind }, journal }
  const details = questionOf(reading.reads)
  return {
    outcome: { kind },
    journal: { ...journal, asks: { code: 'consent-unclear', details } },
  }
}

type Kind = Read['finding']['kind']
const WORST_FIRST = ['refused', 'lost', 'unclear', 'absent'] as const satisfies readonly Kind[]

/** One document covers them all: the worst that is said of any of them is said of it. */
function outcomeOf(reads: readonly Read[]): 'active' | (typeof WORST_FIRST)[number] {
  if (reads.length === 0) return 'absent'
  const kinds = reads.map(({ finding }) => finding.kind)
  return WORST_FIRST.find((kind) => kinds.includes(kind)) ?? 'active'
}

function active(
  deps: ActivityDeps,
  { consents, reads }: Reading,
  analyses: readonly string[],
): LegalBasis {
  const { restsOn, discovered, bases } = restOn(deps, consents, reads)
  const told = toldToRegistry([...bases.values()], analyses)
  const consentChecks = reads.flatMap(({ analysis, checks }) => {
    const consentId = restsOn.find((one) => one.analysis === analysis)?.consentId
    return checks.map((check) =>
      check.status === 'active' && consentId !== undefined ? { ...check, consentId } : check,
    )
  })
  const others = [...bases.keys()].filter((id) => id !== told.id).toSorted()
  return {
    outcome: { kind: 'active', consentId: told.id, ...(others.length > 0 && { others }) },
    consent: told,
    journal: {
      consentChecks,
      restsOn,
      settles: 'consent-unclear',
      ...(discovered.length > 0 && { discoveredConsents: discovered }),
    },
  }
}

/** The registry has room for one: that which covers everything, else the newest. */
function toldToRegistry(bases: readonly Basis[], analyses: readonly string[]): Basis {
  const newestFirst = bases.toSorted((a, b) => b.givenAt.getTime() - a.givenAt.getTime())
  const told =
    newestFirst.find((basis) => analyses.every((one) => covers(basis, one))) ?? newestFirst[0]
  if (!told) throw new Error('a legal basis without a consent')
  return told
}

/** Ids and codes only: whoever decides reads the consents by them. */
function questionOf(reads: readonly Read[]) {
  const unclear = reads.flatMap(({ analysis, finding }) =>
    finding.kind === 'unclear' ? [{ analysis, between: finding.between }] : [],
  )
  return {
    analyses: unclear.map(({ analysis }) => analysis),
    between: [...new Set(unclear.flatMap(({ between }) => between))],
  }
}
