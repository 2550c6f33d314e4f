import type { Consent as ConsentRow, Prisma } from '../../prisma/generated/client.ts'
import { toJsonColumn } from './columns.ts'
import type { Consent, ConsentCheckDraft, ConsentStatus } from './port.ts'

export function toConsent(row: Omit<ConsentRow, 'patientId' | 'updatedAt'>): Consent {
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
