import { IN_FLIGHT, Phase } from '../../domain/submission/phase.ts'
import type { Consent as ConsentRow } from '../../prisma/generated/client.ts'
import { addToOutbox } from './outbox-rows.ts'
import { SAME_PATIENT } from './patient-identity.ts'
import type { ConsentStatus } from './port.ts'
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
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM patient AS known JOIN patient AS other ON ${SAME_PATIENT}
    JOIN submission AS s ON s.patient_id = other.id
    WHERE known.id = ${patientId}::uuid AND s.phase = ANY(${phases})
    ORDER BY s.id FOR NO KEY UPDATE OF s`
  await tell(tx, ids(rows), consentId, 'active', at)
}

/** Tells the submissions under way that rest on the consent, unless its status is what it was; returns their ids. */
export async function tellInFlight(
  tx: Statements,
  consent: Pick<ConsentRow, 'id' | 'status'>,
  status: ConsentStatus,
  at: Date,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM submission WHERE consent_id = ${consent.id} AND phase = ANY(${[...IN_FLIGHT]})
    ORDER BY id FOR NO KEY UPDATE`
  if (consent.status !== status) await tell(tx, ids(rows), consent.id, status, at)
  return ids(rows)
}

const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id)

async function tell(
  tx: Statements,
  submissionIds: readonly string[],
  consentId: string,
  status: ConsentStatus,
  at: Date,
): Promise<void> {
  await addToOutbox(
    tx,
    submissionIds.map((submissionId) => ({
      kind: 'consent-changed' as const,
      submissionId,
      consentId,
      status,
    })),
    at,
  )
}
