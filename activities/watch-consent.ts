import type { ConsentCheckDraft } from '../adapters/storage/port.ts'
import type { Finding } from '../domain/consent/finding.ts'
import type { WatchInput } from '../domain/submission/messages.ts'
import type { RecheckOutcome } from '../domain/submission/outcomes.ts'
import { patientRef } from './ask-consent-service.ts'
import type { ActivityDeps } from './deps.ts'
import { readWill } from './read-will.ts'

type Loss = 'expired' | 'withdrawn' | 'rejected'
interface Resting {
  readonly submissionId: string
  readonly version: number
  readonly analyses: readonly string[]
}

export function createWatchLegalBasis(deps: ActivityDeps) {
  return async function watchLegalBasis(input: WatchInput): Promise<void> {
    await deps.consentWatch.enter(input)
  }
}

/**
 * The daily question of the watch: about every analysis that rests on the consent, of every submission in flight. A repeat
 * asks again: the journal shows both questions. What could not be found out today is asked again tomorrow, unless nothing
 * was found out at all: then the step fails and is repeated.
 */
export function createRecheckConsent(deps: ActivityDeps) {
  return async function recheckConsent({
    consentId,
  }: {
    consentId: string
  }): Promise<RecheckOutcome> {
    const resting = await deps.store.consentLookup.resting(consentId)
    const inFlight = resting.map(({ submissionId }) => submissionId)
    const lost: { submissionId: string; status: Loss }[] = []
    const failures: unknown[] = []
    for (const one of resting) {
      try {
        const status = await lossOf(deps, consentId, one)
        if (status) lost.push({ submissionId: one.submissionId, status })
      } catch (error) {
        failures.push(error)
      }
    }
    if (resting.length > 0 && failures.length === resting.length) throw failures[0]
    const [first] = lost
    if (!first) return { status: 'active', inFlight }
    if (lost.length === resting.length) return { status: first.status, inFlight }
    return { status: 'active', inFlight, lost }
  }
}

/** Asks about one submission; undefined: the patient's will still carries it, or a person has to tell. */
async function lossOf(
  deps: ActivityDeps,
  consentId: string,
  { submissionId, version, analyses }: Resting,
): Promise<Loss | undefined> {
  const { report } = await deps.store.cases.load(submissionId, version)
  const record = async (checks: readonly ConsentCheckDraft[]) => {
    const rows = checks.map((check) => ({ consentId, ...check, submissionId }))
    await deps.store.consentLookup.recordChecks(rows)
  }
  const subject = { submissionId, analyses, ref: patientRef(report.patient) }
  const { reads } = await readWill(deps, subject, record)
  await record(reads.flatMap(({ checks }) => checks))
  const losses = reads.map(({ finding }) => lossIn(finding))
  return losses.find((loss) => loss === 'rejected') ?? losses.find((loss) => loss !== undefined)
}

function lossIn(finding: Finding): Loss | undefined {
  switch (finding.kind) {
    case 'yes':
    // What has left is not asked back on a doubt; what has not is asked about again before it leaves.
    case 'unclear':
      return undefined
    case 'refused':
      return 'rejected'
    case 'lost':
      return finding.why
    // "No such consent" is not a consent: what was known and is known no longer counts as withdrawn.
    case 'absent':
      return 'withdrawn'
  }
}
