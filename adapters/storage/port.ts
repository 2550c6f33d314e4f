import type { Acknowledgements } from './ports/acknowledgements.ts'
import type { Artefacts } from './ports/artefacts.ts'
import type { Cases } from './ports/cases.ts'
import type { ConsentLookup, ConsentRegister } from './ports/consents.ts'
import type {
  IdempotencyKeys,
  Leftovers,
  Outbox,
  Reconciliation,
  Retention,
  Starts,
} from './ports/delivery.ts'
import type { Journal } from './ports/journal.ts'
import type { ApiKeys, Organizations } from './ports/organizations.ts'
import type { Audit, Questions, Submissions } from './ports/submissions.ts'
import type { CodeListStore, CodeMappings, Templates } from './ports/templates.ts'

export type * from './ports/acknowledgements.ts'
export type * from './ports/artefacts.ts'
export type * from './ports/cases.ts'
export type * from './ports/consents.ts'
export type * from './ports/delivery.ts'
export type * from './ports/journal.ts'
export type * from './ports/json.ts'
export type * from './ports/organizations.ts'
export type * from './ports/submissions.ts'
export type * from './ports/templates.ts'

/** Everything the store offers; each process takes the parts it needs. */
export interface Store {
  readonly journal: Journal
  readonly cases: Cases
  readonly artefacts: Artefacts
  readonly organizations: Organizations
  readonly apiKeys: ApiKeys
  readonly submissions: Submissions
  readonly questions: Questions
  readonly audit: Audit
  readonly acknowledgements: Acknowledgements
  readonly consentRegister: ConsentRegister
  readonly consentLookup: ConsentLookup
  readonly templates: Templates
  readonly codeMappings: CodeMappings
  readonly codeLists: CodeListStore
  readonly outbox: Outbox
  readonly starts: Starts
  readonly reconciliation: Reconciliation
  readonly leftovers: Leftovers
  readonly retention: Retention
  readonly idempotencyKeys: IdempotencyKeys
  /** Cheapest question that shows the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}
