import { randomUUID } from 'node:crypto'
import type { Consent as ConsentRow } from '../../prisma/generated/client.ts'
import { tellInFlight, tellWaiting } from './consent-news.ts'
import { toConsent } from './consent-rows.ts'
import { belongsTo } from './consent-subject.ts'
import type { StoreParts } from './parts.ts'
import { type SealedPatient, savePatient, sealPatient } from './patient-identity.ts'
import type { ConsentCheck, ConsentRegister } from './port.ts'
import { sealOptional } from './sealed-text.ts'

type RegisterInput = Parameters<ConsentRegister['register']>[0]

export function createConsentRegister({ database, sealer, now }: StoreParts): ConsentRegister {
  return {
    async register(input) {
      const at = now()
      const patient = await sealPatient(sealer, input.organizationId, input.patient)
      return database.write(async (tx) => {
        const { organizationId, number, actor } = input
        const known = await tx.consent.findUnique({
          where: { organizationId_number: { organizationId, number } },
        })
        if (known) {
          const same = isSame(known, input) && (await belongsTo(tx, known, patient, at))
          return { kind: same ? 'repeated' : 'conflict', consent: toConsent(known) }
        }
        await savePatient(tx, patient, at)
        const row = toRow(input, patient, at)
        await tx.consent.createMany({ data: [row] })
        const audit = { at, organizationId, actor, action: 'consent.register', target: row.id }
        await tx.auditEntry.createMany({ data: [audit] })
        await tellWaiting(tx, patient.id, row.id, at)
        return { kind: 'created', consent: toConsent(row) }
      })
    },
    async get(organizationId, id) {
      const row = await database.read((db) =>
        db.consent.findUnique({ where: { id, organizationId } }),
      )
      return row ? toConsent(row) : undefined
    },
    async checks(organizationId, id) {
      return database.read(
        (db) => db.$queryRaw<ConsentCheck[]>`
          SELECT k.at, k.request, k.status, k.source, k."user", k.submission_id AS "submissionId"
          FROM consent AS c JOIN consent_check AS k ON k.consent_id = c.id
          WHERE c.id = ${id} AND c.organization_id = ${organizationId} ORDER BY k.id`,
      )
    },
    async changeStatus({ organizationId, id, status, actor, reason }) {
      const at = now()
      const sealedReason = await sealOptional(sealer, id, reason ?? null)
      return database.write(async (tx) => {
        const where = { id, organizationId }
        const known = await tx.consent.findUnique({ where })
        if (!known) return undefined
        const inFlight = await tellInFlight(tx, known, status, at)
        if (known.status === status) return { consent: toConsent(known), inFlight }
        await tx.consent.updateMany({ where, data: { status, updatedAt: at } })
        await tx.auditEntry.createMany({
          data: [
            {
              at,
              organizationId,
              actor,
              action: `consent.${status}`,
              target: id,
              reason: sealedReason,
            },
          ],
        })
        return { consent: toConsent({ ...known, status }), inFlight }
      })
    },
  }
}

function toRow(input: RegisterInput, patient: SealedPatient, at: Date): ConsentRow {
  return {
    id: randomUUID(),
    organizationId: input.organizationId,
    patientId: patient.id,
    number: input.number,
    givenAt: input.givenAt,
    scope: input.scope,
    analyses: [...input.analyses],
    confirmationMethod: input.confirmationMethod,
    validUntil: input.validUntil,
    status: 'active',
    createdAt: at,
    updatedAt: at,
  }
}

function isSame(known: ConsentRow, input: RegisterInput): boolean {
  return (
    known.givenAt.getTime() === input.givenAt.getTime() &&
    known.validUntil?.getTime() === input.validUntil?.getTime() &&
    known.scope === input.scope &&
    known.confirmationMethod === input.confirmationMethod &&
    [...known.analyses].sort().join('\n') === [...input.analyses].sort().join('\n')
  )
}
