import { tellWaiting } from './consent-news.ts'
import { type SealedPatient, savePatient } from './patient-identity.ts'
import type { Statements } from './statements.ts'

interface RegisteredConsent {
  readonly id: string
  readonly patientId: string
}

/**
 * Whether a consent registered again is of the same patient. One whose patient an older release knew by a local number
 * alone finds nobody any more (docs/adr/0028): registered again, it takes the identity that is stated now.
 */
export async function belongsTo(
  tx: Statements,
  consent: RegisteredConsent,
  patient: SealedPatient,
  at: Date,
): Promise<boolean> {
  if (consent.patientId === patient.id) return true
  const rows = await tx.$queryRaw<{ isSame: boolean; isNobody: boolean }[]>`
    SELECT name_index IS NULL AND coalesce(snils_index, policy_index) IS NULL AS "isNobody",
      coalesce(snils_index, policy_index) IS NOT NULL
        AND snils_index IS NOT DISTINCT FROM ${patient.snilsIndex}
        AND policy_index IS NOT DISTINCT FROM ${patient.policyIndex}
        AND (local_index IS NULL OR local_index IS NOT DISTINCT FROM ${patient.localIndex})
        AND (name_index IS NULL OR name_index = ${patient.nameIndex}
          AND birth_index IS NOT DISTINCT FROM ${patient.birthIndex}) AS "isSame"
    FROM patient WHERE id = ${consent.patientId}::uuid`
  const { isSame, isNobody } = rows[0] ?? { isSame: false, isNobody: false }
  if (isSame || !isNobody) return isSame
  await savePatient(tx, patient, at)
  await tx.$executeRaw`
    UPDATE consent SET patient_id = ${patient.id}::uuid, updated_at = ${at} WHERE id = ${consent.id}`
  await tellWaiting(tx, patient.id, consent.id, at)
  return true
}
