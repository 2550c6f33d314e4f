import { randomUUID } from 'node:crypto'
import { latestOf } from '../../domain/consent/registered-consent.ts'
import { type Consent as ConsentRow, Prisma } from '../../prisma/generated/client.ts'
import { isUuid } from './columns.ts'
import { tellWaiting, tellWithdrawn } from './consent-news.ts'
import { toConsent } from './consent-rows.ts'
import { belongsTo } from './consent-subject.ts'
import type { StoreParts } from './parts.ts'
import { type SealedPatient, savePatient, sealPatient } from './patient-identity.ts'
import type { Consent, ConsentCheck, ConsentRegister } from './port.ts'
import { sealOptional } from './sealed-text.ts'

type RegisterInput = Parameters<ConsentRegister['register']>[0]
type WithdrawInput = Parameters<ConsentRegister['withdraw']>[0]

export function createConsentRegister({ database, sealer, now }: StoreParts): ConsentRegister {
  const checks = (where: Prisma.Sql) =>
    database.read(
      (db) => db.$queryRaw<ConsentCheck[]>`
        SELECT at, request, status, source, "user", analysis, consent_id AS "consentId", submission_id AS "submissionId"
        FROM consent_check WHERE ${where} ORDER BY id`,
    )
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
    checks: (organizationId, id) =>
      checks(Prisma.sql`organization_id = ${organizationId} AND consent_id = ${id}`),
    checksOfSubmission: async (organizationId, id) =>
      isUuid(id)
        ? checks(Prisma.sql`organization_id = ${organizationId} AND submission_id = ${id}::uuid`)
        : [],
    async withdraw(input) {
      const at = now()
      const { organizationId, id, actor } = input
      const reason = await sealOptional(sealer, id, input.reason ?? null)
      return database.write(async (tx) => {
        await tx.$queryRaw`SELECT 1 AS locked FROM consent
          WHERE id = ${id} AND organization_id = ${organizationId} FOR UPDATE`
        const where = { id, organizationId }
        const known = await tx.consent.findUnique({ where })
        if (!known) return undefined
        if (known.withdrawnAt !== null)
          return repeats(known, input)
            ? { kind: 'repeated', consent: toConsent(known), told: [] }
            : { kind: 'conflict' }
        const withdrawal = withdrawalOf(input, at)
        const { withdrawnAt, withdrawnByDay } = withdrawal
        if (latestOf(withdrawnAt, withdrawnByDay) < known.givenAt) return { kind: 'too-early' }
        await tx.consent.updateMany({ where, data: { ...withdrawal, updatedAt: at } })
        const audit = { at, organizationId, actor, action: 'consent.withdrawn', target: id, reason }
        await tx.auditEntry.createMany({ data: [audit] })
        const told = await tellWithdrawn(tx, known, at)
        return { kind: 'withdrawn', consent: toConsent({ ...known, ...withdrawal }), told }
      })
    },
  }
}

function withdrawalOf({ withdrawnAt, byDay, method, actor }: WithdrawInput, at: Date) {
  return {
    withdrawnAt: withdrawnAt ?? at,
    withdrawnByDay: withdrawnAt !== undefined && byDay === true,
    withdrawnBy: actor,
    withdrawalMethod: method ?? null,
  }
}

function repeats(known: ConsentRow, { withdrawnAt, method }: WithdrawInput): boolean {
  return (
    (withdrawnAt === undefined || withdrawnAt.getTime() === known.withdrawnAt?.getTime()) &&
    (method === undefined || method === known.withdrawalMethod)
  )
}

function toRow(input: RegisterInput, patient: SealedPatient, at: Date): ConsentRow {
  return {
    id: randomUUID(),
    organizationId: input.organizationId,
    patientId: patient.id,
    number: input.number,
    givenAt: input.givenAt,
    givenByDay: input.givenByDay ?? false,
    scope: input.scope,
    analyses: [...input.analyses],
    confirmationMethod: input.confirmationMethod,
    validUntil: input.validUntil,
    withdrawnAt: null,
    withdrawnByDay: false,
    withdrawnBy: null,
    withdrawalMethod: null,
    source: 'register',
    knownBy: knownBy(patient),
    createdAt: at,
    updatedAt: at,
  }
}

/** The strongest number decides who a patient is (patient-identity.ts). */
function knownBy({ snilsIndex, policyIndex }: SealedPatient): Consent['knownBy'] {
  if (snilsIndex !== null) return 'snils'
  return policyIndex !== null ? 'policy' : 'local-number'
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
