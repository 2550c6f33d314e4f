import { IN_FLIGHT } from '../../domain/submission/phase.ts'
import { isUuid } from './columns.ts'
import { CONSENT_COLUMNS, type ConsentRow, toCheckRow, toConsent } from './consent-rows.ts'
import type { StoreParts } from './parts.ts'
import { openPatient, SAME_PATIENT } from './patient-identity.ts'
import type { ConsentLookup } from './port.ts'

export function createConsentLookup({ database, sealer, now }: StoreParts): ConsentLookup {
  return {
    async ofPatient(submissionId) {
      if (!isUuid(submissionId)) return []
      const rows = await database.read(
        (db) => db.$queryRaw<ConsentRow[]>`
          SELECT ${CONSENT_COLUMNS}
          FROM submission AS s JOIN patient AS known ON known.id = s.patient_id
          JOIN patient AS other ON ${SAME_PATIENT} JOIN consent AS c ON c.patient_id = other.id
          WHERE s.id = ${submissionId}::uuid
          ORDER BY c.given_at DESC, c.created_at DESC, c.id`,
      )
      return rows.map(toConsent)
    },
    async byId(id) {
      const rows = await database.read(
        (db) => db.$queryRaw<ConsentRow[]>`
          SELECT ${CONSENT_COLUMNS} FROM consent AS c WHERE c.id = ${id}`,
      )
      return rows.map(toConsent)[0]
    },
    async patientOf(id) {
      const row = await database.read((db) =>
        db.consent.findUnique({ where: { id }, select: { patient: true } }),
      )
      return row ? openPatient(sealer, row.patient) : undefined
    },
    async inFlight(consentId) {
      const rows = await database.read((db) =>
        db.submission.findMany({
          where: { consentId, phase: { in: [...IN_FLIGHT] } },
          select: { id: true },
          orderBy: { id: 'asc' },
        }),
      )
      return rows.map((row) => row.id)
    },
    async recordRecheck(consentId, check, newStatus) {
      const at = now()
      await database.write(async (tx) => {
        await tx.consentCheck.createMany({ data: [toCheckRow({ ...check, consentId }, at)] })
        if (newStatus)
          await tx.consent.updateMany({
            where: { id: consentId },
            data: { status: newStatus, updatedAt: at },
          })
      })
    },
  }
}
