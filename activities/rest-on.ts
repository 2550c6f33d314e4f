import type { ConsentAnswer } from '../adapters/consents/port.ts'
import type { Consent, DiscoveredConsent, Resting } from '../adapters/storage/port.ts'
import { isNumbered } from '../domain/consent/finding.ts'
import { covers } from '../domain/consent/registered-consent.ts'
import { OWN_NUMBER } from './ask-consent-service.ts'
import type { ActivityDeps } from './deps.ts'
import type { Read } from './read-will.ts'

/** A consent that analyses rest on, as the registry is told of it. */
export type Basis = Pick<Consent, 'id' | 'number' | 'givenAt' | 'scope' | 'analyses'>

interface Rest {
  readonly restsOn: readonly Resting[]
  /** By id. */
  readonly bases: ReadonlyMap<string, Basis>
  readonly discovered: readonly DiscoveredConsent[]
}

/** The consent of each analysis; what only the service told of becomes a row of the register, one for each document. */
export function restOn(
  deps: ActivityDeps,
  consents: readonly Consent[],
  reads: readonly Read[],
): Rest {
  const bases = new Map<string, Basis>()
  const discovered = new Map<string | undefined, DiscoveredConsent>()
  const restsOn = reads.map(({ analysis, finding, answer }) => {
    const ownId = finding.kind === 'yes' ? finding.consentId : undefined
    const known = consents.find(({ id }) => id === ownId) ?? knownAs(consents, analysis, answer)
    if (known) {
      bases.set(known.id, { ...known, number: answer?.documentNumber ?? known.number })
      return { analysis, consentId: known.id }
    }
    const number = answer?.documentNumber
    const found = discover(deps, discovered.get(number), analysis, answer)
    discovered.set(number, found)
    bases.set(found.id, {
      ...found,
      scope: 'partial',
      givenAt: found.givenAt ?? deps.now(),
    })
    return { analysis, consentId: found.id }
  })
  return { restsOn, bases, discovered: [...discovered.values()] }
}

/** The row under the number that the service names, or the one made when it named none before. */
function knownAs(
  consents: readonly Consent[],
  analysis: string,
  answer: ConsentAnswer | undefined,
): Consent | undefined {
  const number = answer?.documentNumber
  return consents.find(
    (consent) =>
      consent.withdrawnAt === null &&
      covers(consent, analysis) &&
      (number === undefined
        ? consent.source === 'service' && consent.number.startsWith(OWN_NUMBER)
        : isNumbered(consent, number)),
  )
}

function discover(
  deps: ActivityDeps,
  before: DiscoveredConsent | undefined,
  analysis: string,
  answer: ConsentAnswer | undefined,
): DiscoveredConsent {
  if (before) return { ...before, analyses: [...before.analyses, analysis] }
  const id = deps.newId()
  return {
    id,
    number: answer?.documentNumber ?? `${OWN_NUMBER}${id}`,
    analyses: [analysis],
    givenAt: answer?.expressedAt ?? null,
    validUntil: answer?.validUntil ?? null,
  }
}
