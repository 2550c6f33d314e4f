import type { WillDecision } from '../../domain/consent/will.ts'
import { IN_FLIGHT } from '../../domain/submission/phase.ts'
import { isUuid } from './columns.ts'
import { CONSENT_COLUMNS, type ConsentRow, toCheckRow, toConsent } from './consent-rows.ts'
import type { StoreParts } from './parts.ts'
import { SAME_PATIENT } from './patient-identity.ts'
import type { ConsentLookup } from './port.ts'
import { insertFrom } from './rows.ts'

export function createConsentLookup({ database, now }: StoreParts): ConsentLookup {
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
    async decisions(submissionId) {
      if (!isUuid(submissionId)) return []
      return database.read(
        (db) => db.$queryRaw<WillDecision[]>`
          SELECT details->'analyses' AS analyses, details->'between' AS between, decision AS says
          FROM question WHERE submission_id = ${submissionId}::uuid AND code = 'consent-unclear'
            AND decision IN ('yes', 'no') ORDER BY decided_at DESC`,
      )
    },
    async resting(consentId) {
      return database.read(
        (db) => db.$queryRaw<{ submissionId: string; version: number; analyses: string[] }[]>`
          SELECT s.id AS "submissionId", s.version, array_agg(r.analysis ORDER BY r.analysis) AS analyses
          FROM submission_consent AS r JOIN submission AS s ON s.id = r.submission_id
          WHERE r.consent_id = ${consentId} AND s.phase = ANY(${[...IN_FLIGHT]})
          GROUP BY s.id, s.version ORDER BY s.id`,
      )
    },
    async basisOf(submissionId) {
      if (!isUuid(submissionId)) return []
      const rows = await database.read(
        (db) => db.$queryRaw<(ConsentRow & { analysis: string })[]>`
          SELECT r.analysis, ${CONSENT_COLUMNS}
          FROM submission_consent AS r JOIN consent AS c ON c.id = r.consent_id
          WHERE r.submission_id = ${submissionId}::uuid ORDER BY r.analysis`,
      )
      return rows.map((row) => ({ analysis: row.analysis, consent: toConsent(row) }))
    },
    async recordChecks(checks) {
      const at = now()
      await database.write(async (tx) => {
        for (const check of checks)
          await tx.$executeRaw`
            WITH entry AS (SELECT 1) ${insertFrom('consent_check', toCheckRow(check, at))}`
      })
    },
  }
}
