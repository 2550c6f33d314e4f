import type { ConsentService } from '../adapters/consents/port.ts'
import type { DocumentRenderer, EvidenceBundler } from '../adapters/documents/port.ts'
import type { Notifier } from '../adapters/notifications/port.ts'
import type { Registry } from '../adapters/registries/port.ts'
import type { SignatureVerifier, Signer } from '../adapters/signers/port.ts'
import type { Organization, StorageTerms, Store } from '../adapters/storage/port.ts'
import type { ConsentWatch, RunInspector } from '../adapters/temporal/port.ts'

/** Everything the steps need from outside; built once, in worker/deps.ts. */
export interface ActivityDeps {
  readonly store: Store
  /** Absent: the register alone decides. */
  readonly consentService: ConsentService | undefined
  readonly consentWatch: ConsentWatch
  readonly runs: RunInspector
  readonly documents: DocumentRenderer
  readonly evidence: EvidenceBundler
  readonly signer: Signer
  readonly verifier: SignatureVerifier
  registryOf(organization: Organization): Registry
  readonly notifier: Notifier
  readonly messages: MessageSettings
  /** After which what is kept for its time only goes. */
  readonly terms: StorageTerms
  now(): Date
  newId(): string
}

export interface MessageSettings {
  readonly operatorEmail: string | undefined
  readonly patientLink: string
  /** Naming the study in a message discloses health data: off unless the laboratory decided otherwise. */
  readonly namesStudy: boolean
}
