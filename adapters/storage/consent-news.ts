import { expressed, expressionsIn } from '../../domain/consent/registered-consent.ts'
import { newestWill } from '../../domain/consent/will.ts'
import { IN_FLIGHT, Phase } from '../../domain/submission/phase.ts'
import { CONSENT_COLUMNS, type ConsentRow, toConsent } from './consent-rows.ts'
import { addToOutbox } from './outbox-rows.ts'
import { SAME_PATIENT } from './patient-identity.ts'
import type { Consent, Resting } from './port.ts'
import type { Statements } from './statements.ts'

/**
 * Tells the patient's submissions that wait for a consent. Those still checking are told too: their check may have read
 * the register just before this consent was in it, and nobody else would wake them.
 */
export async function tellWaiting(
  tx: Statements,
  patientId: string,
  consentId: string,
  at: Date,
): Promise<void> {
  const phases = [Phase.awaitingConsent, Phase.checkingConsent]
  const rows = await tx.$queryRaw<{ submissionId: string }[]>`
    SELECT s.id AS "submissionId" FROM patient AS known JOIN patient AS other ON ${SAME_PATIENT}
    JOIN submission AS s ON s.patient_id = other.id
    WHERE known.id = ${patientId}::uuid AND s.phase = ANY(${phases})
    ORDER BY s.id FOR NO KEY UPDATE OF s`
  const news = rows.map(({ submissionId }) => ({ submissionId, consentId }))
  await tell(tx, news, 'active', at)
}

/**
 * A withdrawal is told to the patient's submissions under way of which an analysis no longer has the patient's yes, also
 * where that rests on another consent. Each hears of the consent that it rests on. Returns their ids.
 */
export async function tellWithdrawn(
  tx: Statements,
  withdrawn: { readonly id: string; readonly patientId: string },
  at: Date,
): Promise<string[]> {
  const rows = await tx.$queryRaw<RestingRow[]>`
    SELECT s.id AS "submissionId", r.analysis, r.consent_id AS "consentId"
    FROM patient AS known JOIN patient AS other ON ${SAME_PATIENT}
    JOIN submission AS s ON s.patient_id = other.id LEFT JOIN submission_consent AS r ON r.submission_id = s.id
    WHERE known.id = ${withdrawn.patientId}::uuid AND s.phase = ANY(${[...IN_FLIGHT]})
      AND (r.consent_id IS NOT NULL OR s.phase = ${Phase.checkingConsent})
    ORDER BY s.id, r.analysis FOR NO KEY UPDATE OF s`
  const consents = await consentsOf(tx, withdrawn.patientId)
  const news = new Map<string, string>()
  for (const { submissionId, analysis, consentId } of rows) {
    // A check under way may have read the register just before.
    if (analysis === null || consentId === null) news.set(submissionId, withdrawn.id)
    else if (isLost(consents, { analysis, consentId }, at)) news.set(submissionId, consentId)
  }
  const told = [...news].map(([submissionId, consentId]) => ({ submissionId, consentId }))
  await tell(tx, told, 'withdrawn', at)
  return [...news.keys()]
}

interface RestingRow {
  readonly submissionId: string
  readonly analysis: string | null
  readonly consentId: string | null
}

/** What only the service told of counts here as it was told: a document that has left is not asked back on a doubt. */
function isLost(consents: readonly Consent[], { analysis, consentId }: Resting, at: Date): boolean {
  const told = consents.filter(
    ({ id, source, withdrawnAt }) =>
      id === consentId && source === 'service' && withdrawnAt === null,
  )
  const will = newestWill([
    ...expressionsIn(consents, analysis, at),
    ...told.map(({ id, givenAt }) => expressed('yes', id, givenAt)),
  ])
  return will.kind === 'no'
}

async function consentsOf(tx: Statements, patientId: string): Promise<Consent[]> {
  const rows = await tx.$queryRaw<ConsentRow[]>`
    SELECT ${CONSENT_COLUMNS} FROM patient AS known JOIN patient AS other ON ${SAME_PATIENT}
    JOIN consent AS c ON c.patient_id = other.id WHERE known.id = ${patientId}::uuid`
  return rows.map(toConsent)
}

async function tell(
  tx: Statements,
  news: readonly { readonly submissionId: string; readonly consentId: string }[],
  status: 'active' | 'withdrawn',
  at: Date,
): Promise<void> {
  await addToOutbox(
    tx,
    news.map(({ submissionId, consentId }) => ({
      kind: 'consent-changed' as const,
      submissionId,
      consentId,
      status,
    })),
    at,
  )
}
