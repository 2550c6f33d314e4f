import type { Organization } from '../adapters/storage/port.ts'
import type { Policy } from '../domain/submission/policy.ts'

/** What the settings say about a run; the legal basis is the organisation's. */
export type PolicySettings = Omit<Policy, 'legalBasis'>

/** The policy a result is accepted under: from here on it belongs to the submission, not to the settings. */
export function toPolicy(
  settings: PolicySettings,
  organization: Pick<Organization, 'legalBasis'>,
): Policy {
  return { ...settings, legalBasis: organization.legalBasis }
}
