import { type Consent as ConsentTable, Prisma } from '../../prisma/generated/client.ts'
import type { Consent, ConsentCheckDraft } from './port.ts'
import type { Cell } from './rows.ts'

export type ConsentRow = Omit<ConsentTable, 'patientId' | 'updatedAt'>

/** A `ConsentRow` in SQL, of table `c`. */
export const CONSENT_COLUMNS = Prisma.sql`c.id, c.organization_id AS "organizationId", c.number, c.given_at AS "givenAt",
  c.given_by_day AS "givenByDay", c.scope, c.analyses, c.confirmation_method AS "confirmationMethod",
  c.valid_until AS "validUntil", c.withdrawn_at AS "withdrawnAt", c.withdrawn_by_day AS "withdrawnByDay",
  c.withdrawn_by AS "withdrawnBy", c.withdrawal_method AS "withdrawalMethod", c.source, c.known_by AS "knownBy",
  c.created_at AS "createdAt"`

export function toConsent(row: ConsentRow): Consent {
  return {
    id: row.id,
    organizationId: row.organizationId,
    number: row.number,
    givenAt: row.givenAt,
    givenByDay: row.givenByDay,
    scope: row.scope as Consent['scope'],
    analyses: row.analyses,
    confirmationMethod: row.confirmationMethod as Consent['confirmationMethod'],
    validUntil: row.validUntil,
    withdrawnAt: row.withdrawnAt,
    withdrawnByDay: row.withdrawnByDay,
    withdrawnBy: row.withdrawnBy,
    withdrawalMethod: row.withdrawalMethod as Consent['withdrawalMethod'],
    source: row.source as Consent['source'],
    knownBy: row.knownBy as Consent['knownBy'],
    createdAt: row.createdAt,
  }
}

/** A row of the journal names its organisation by the submission it is about, else by the consent. */
export function toCheckRow(check: ConsentCheckDraft, at: Date): Readonly<Record<string, Cell>> {
  const { consentId = null, submissionId = null } = check
  return {
    at,
    organizationId: Prisma.sql`coalesce(
      (SELECT s.organization_id FROM submission AS s WHERE s.id = ${submissionId}::uuid),
      (SELECT c.organization_id FROM consent AS c WHERE c.id = ${consentId}), '')`,
    consentId,
    submissionId,
    analysis: check.analysis ?? null,
    request: check.request,
    status: check.status,
    source: check.source,
    user: check.user,
  }
}
