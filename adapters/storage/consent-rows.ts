import { type Consent as ConsentTable, Prisma } from '../../prisma/generated/client.ts'
import { toJsonColumn } from './columns.ts'
import type { Consent, ConsentCheckDraft, ConsentStatus } from './port.ts'

export type ConsentRow = Omit<ConsentTable, 'patientId' | 'updatedAt'>

/** A `ConsentRow` in SQL, of table `c`. */
export const CONSENT_COLUMNS = Prisma.sql`c.id, c.organization_id AS "organizationId", c.number, c.given_at AS "givenAt",
  c.scope, c.analyses, c.confirmation_method AS "confirmationMethod", c.valid_until AS "validUntil", c.status,
  c.created_at AS "createdAt"`

export function toConsent(row: ConsentRow): Consent {
  return {
    id: row.id,
    organizationId: row.organizationId,
    number: row.number,
    givenAt: row.givenAt,
    scope: row.scope as Consent['scope'],
    analyses: row.analyses,
    confirmationMethod: row.confirmationMethod as Consent['confirmationMethod'],
    validUntil: row.validUntil,
    status: row.status as ConsentStatus,
    createdAt: row.createdAt,
  }
}

export function toCheckRow(check: ConsentCheckDraft, at: Date): Prisma.ConsentCheckCreateManyInput {
  return {
    at,
    consentId: check.consentId ?? null,
    submissionId: check.submissionId ?? null,
    request: toJsonColumn(check.request),
    status: check.status,
    source: check.source,
    user: check.user,
  }
}
