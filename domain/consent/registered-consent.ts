import type { Expression } from './will.ts'

/** What the register knows of one consent. It changes by acts of the patient only. */
export interface RegisteredConsent {
  readonly id: string
  readonly number: string
  readonly scope: 'full' | 'partial'
  readonly analyses: readonly string[]
  readonly givenAt: Date
  /** Only the day is known: `givenAt` is its first moment. */
  readonly givenByDay: boolean
  readonly validUntil: Date | null
  /** When the patient took it back. */
  readonly withdrawnAt: Date | null
  readonly withdrawnByDay: boolean
  /** `service`: only the consent service has told of it, so that it counts while the service repeats it. */
  readonly source: 'register' | 'service'
}

const DAY_MS = 86_400_000

/**
 * What the consents say about an analysis. A withdrawal is the last word of its consent and has no term. A consent whose
 * term ran out says nothing any more: it takes nothing back, and an older one counts again.
 */
export function expressionsIn(
  consents: readonly RegisteredConsent[],
  analysis: string,
  now: Date,
): Expression[] {
  return consents
    .filter((consent) => covers(consent, analysis))
    .flatMap((consent) => {
      const { id, withdrawnAt, withdrawnByDay } = consent
      if (withdrawnAt !== null) return [expressed('no', id, withdrawnAt, withdrawnByDay)]
      if (consent.source === 'service' || hasExpired(consent, now)) return []
      return [expressed('yes', id, consent.givenAt, consent.givenByDay)]
    })
}

export function expressed(
  says: Expression['says'],
  by: string,
  from: Date,
  byDay = false,
): Expression {
  return { says, by, from, to: latestOf(from, byDay) }
}

/** The last moment at which something can have happened of which this time is known. */
export function latestOf(at: Date, byDay: boolean): Date {
  return byDay ? new Date(at.getTime() + DAY_MS - 1) : at
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

export type ConsentState = 'active' | 'expired' | 'withdrawn'

/** What the register alone says of a consent. Whether it counts for an analysis is decided by all that is known. */
export function stateOf(
  consent: Pick<RegisteredConsent, 'validUntil' | 'withdrawnAt'>,
  now: Date,
): ConsentState {
  if (consent.withdrawnAt !== null) return 'withdrawn'
  return hasExpired(consent, now) ? 'expired' : 'active'
}
