import type { ConsentAnswer } from '../adapters/consents/port.ts'
import type { Consent, ConsentCheckDraft, ConsentStatus } from '../adapters/storage/port.ts'
import { hasExpired } from '../domain/consent/legal-basis.ts'
import { isAppError } from '../domain/shared/app-error.ts'
import type { WatchInput } from '../domain/submission/messages.ts'
import type { RecheckOutcome } from '../domain/submission/outcomes.ts'
import type { ActivityDeps } from './deps.ts'
import { askedNumber, patientRef, SERVICE_TIMEOUT_MS } from './legal-basis.ts'

export function createWatchLegalBasis(deps: ActivityDeps) {
  return async function watchLegalBasis(input: WatchInput): Promise<void> {
    await deps.consentWatch.enter(input)
  }
}

/** The daily question of the watch. A repeat asks again: the journal shows both questions, the answer is the newest. */
export function createRecheckConsent(deps: ActivityDeps) {
  return async function recheckConsent({
    consentId,
  }: {
    consentId: string
  }): Promise<RecheckOutcome> {
    const { consentLookup } = deps.store
    const inFlight = await consentLookup.inFlight(consentId)
    const consent = await consentLookup.byId(consentId)
    if (!consent) return { status: 'withdrawn', inFlight }
    if (consent.status !== 'active') return { status: consent.status, inFlight }
    const status = await currentStatus(deps, consent)
    return { status, inFlight }
  }
}

async function currentStatus(deps: ActivityDeps, consent: Consent): Promise<ConsentStatus> {
  const { consentLookup } = deps.store
  const journal = async (
    check: Pick<ConsentCheckDraft, 'request' | 'status' | 'source'>,
    status: ConsentStatus,
  ): Promise<ConsentStatus> => {
    await consentLookup.recordRecheck(
      consent.id,
      { ...check, consentId: consent.id, user: 'system' },
      status === consent.status ? undefined : status,
    )
    return status
  }
  if (hasExpired(consent, deps.now()))
    return await journal({ request: {}, status: 'expired', source: 'register' }, 'expired')
  const patient = await consentLookup.patientOf(consent.id)
  const ref = patient ? patientRef(patient) : ''
  if (!deps.consentService || ref === '')
    return await journal({ request: {}, status: 'active', source: 'register' }, 'active')
  let answer: ConsentAnswer
  try {
    answer = await deps.consentService.check({
      patientRef: ref,
      documentNumber: askedNumber(consent),
      analysis: consent.analyses[0],
      timeoutMs: SERVICE_TIMEOUT_MS,
    })
  } catch (error) {
    const code = isAppError(error) ? error.code : 'unexpected-failure'
    await journal({ request: { code }, status: 'error', source: 'service' }, consent.status)
    throw error
  }
  // "No such consent" is not a consent: what was known and is known no longer counts as withdrawn.
  const status: ConsentStatus = answer.status === 'unknown' ? 'withdrawn' : answer.status
  return await journal(
    {
      request: { requestId: answer.requestId },
      status: answer.status === 'unknown' ? 'none' : answer.status,
      source: 'service',
    },
    status,
  )
}
