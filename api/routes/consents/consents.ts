import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { registerConsentReads } from './read-consents.ts'
import { registerConsentEntry } from './register-consent.ts'
import { registerConsentWithdrawal } from './withdraw-consent.ts'

/** The organisation's register of consents. What changes here reaches submissions through the outbox. */
export function registerConsents(app: Api, deps: ApiDeps): void {
  registerConsentEntry(app, deps)
  registerConsentReads(app, deps)
  registerConsentWithdrawal(app, deps)
}
