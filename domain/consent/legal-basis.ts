/** What the register says of one consent. */
export interface RegisteredConsent {
  readonly id: string
  readonly number: string
  readonly scope: 'full' | 'partial'
  readonly analyses: readonly string[]
  readonly validUntil: Date | null
  readonly status: 'active' | 'expired' | 'withdrawn' | 'rejected'
}

/** Before anyone outside is asked: which consent to ask about. `none` leads to the consent service with the patient alone. */
export type RegisterFinding =
  | { readonly kind: 'candidate'; readonly consent: RegisteredConsent }
  | { readonly kind: 'lost'; readonly consent: RegisteredConsent }
  | { readonly kind: 'refused'; readonly consent: RegisteredConsent }
  | { readonly kind: 'none' }

/**
 * `consents` newest first. An older active consent does not outlive a newer refusal or withdrawal that covers the same
 * analysis; it does outlive one whose term merely ran out, which took nothing back.
 */
export function findInRegister(
  consents: readonly RegisteredConsent[],
  analysis: string,
  now: Date,
): RegisterFinding {
  const covering = consents.filter((candidate) => covers(candidate, analysis))
  const consent = covering.find((candidate) => !ranOut(candidate, now)) ?? covering[0]
  if (!consent) return { kind: 'none' }
  if (consent.status === 'rejected') return { kind: 'refused', consent }
  if (consent.status !== 'active' || hasExpired(consent, now)) return { kind: 'lost', consent }
  return { kind: 'candidate', consent }
}

function ranOut(consent: RegisteredConsent, now: Date): boolean {
  return consent.status === 'expired' || (consent.status === 'active' && hasExpired(consent, now))
}

export function covers(
  consent: Pick<RegisteredConsent, 'scope' | 'analyses'>,
  analysis: string,
): boolean {
  return consent.scope === 'full' || consent.analyses.includes(analysis)
}

export function hasExpired(consent: Pick<RegisteredConsent, 'validUntil'>, now: Date): boolean {
  return consent.validUntil !== null && consent.validUntil.getTime() <= now.getTime()
}
