import type { Consent, ConsentCheck } from '../../../adapters/storage/port.ts'
import { stateOf } from '../../../domain/consent/registered-consent.ts'
import { toIso } from '../../schemas/parts.ts'

export const CONSENT_TAGS = ['Согласия']

export function consentPath(id: string): string {
  return `/v1/consents/${id}`
}

/** Who entered the withdrawal is for the audit, whose consent it is for nobody. */
export function toConsent(consent: Consent, now: Date) {
  const { organizationId: _, withdrawnBy: _by, ...shown } = consent
  const self = consentPath(consent.id)
  return {
    ...shown,
    analyses: [...consent.analyses],
    givenAt: toIso(consent.givenAt),
    validUntil: toIso(consent.validUntil),
    withdrawnAt: toIso(consent.withdrawnAt),
    createdAt: toIso(consent.createdAt),
    status: stateOf(consent, now),
    links: { self, checks: `${self}/checks` },
  }
}

export function toCheck(check: ConsentCheck) {
  return { ...check, at: toIso(check.at), request: { ...check.request } }
}

/** Midnight sharp is how systems that keep dates alone write a day: the moment within it is not known. */
export function toTime(text: string): { readonly at: Date; readonly byDay: boolean } {
  return { at: new Date(text), byDay: /T00:00(:00(\.0+)?)?(Z|[+-])/.test(text) }
}
