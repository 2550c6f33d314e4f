import type { Known } from '../../../domain/consent/finding.ts'
import type { RegisteredConsent } from '../../../domain/consent/registered-consent.ts'

export const NOW = new Date('2027-08-01T12:00:00+03:00')
export const at = (text: string) => new Date(`2027-${text}+03:00`)

/** A full consent of January unless told otherwise. */
export function consent(change: Partial<RegisteredConsent> = {}): RegisteredConsent {
  return {
    id: 'full',
    number: 'С-1',
    scope: 'full',
    analyses: [],
    givenAt: at('01-10T10:00'),
    givenByDay: false,
    validUntil: null,
    withdrawnAt: null,
    withdrawnByDay: false,
    source: 'register',
    ...change,
  }
}

/** A consent of June for the blood count alone. */
export function partial(change: Partial<RegisteredConsent> = {}): RegisteredConsent {
  const givenAt = at('06-01T10:00')
  return consent({
    ...{ id: 'partial', number: 'С-2', scope: 'partial', analyses: ['ОАК'], givenAt },
    ...change,
  })
}

export function known(
  consents: readonly RegisteredConsent[],
  word?: Partial<NonNullable<Known['word']>>,
  change: Partial<Known> = {},
): Known {
  const silent = { documentNumber: undefined, validUntil: undefined, expressedAt: undefined }
  return {
    ...{ consents, analysis: 'ОАК', now: NOW, decisions: [] },
    ...(word && { word: { status: 'active', ...silent, ...word } }),
    ...change,
  }
}
