import type { Sealer } from '../shared/sealer.ts'
import { createAcknowledgements } from './acknowledgements.ts'
import { createApiKeys } from './api-keys.ts'
import { createArtefacts } from './artefacts.ts'
import { createAudit } from './audit.ts'
import { createCases } from './cases.ts'
import { createCodeLists } from './code-lists.ts'
import { createCodeMappings } from './code-mappings.ts'
import { createConsentLookup } from './consent-lookup.ts'
import { createConsentRegister } from './consent-register.ts'
import { createDatabase } from './database.ts'
import { createIdempotencyKeys } from './idempotency-keys.ts'
import { createJournal } from './journal.ts'
import { createLeftovers } from './leftovers.ts'
import { createOrganizations } from './organizations.ts'
import { createOutbox } from './outbox.ts'
import type { Store } from './port.ts'
import { createQuestions } from './questions.ts'
import { createReconciliation } from './reconciliation.ts'
import { createRetention } from './retention.ts'
import { createStarts } from './starts.ts'
import { createSubmissions } from './submissions.ts'
import { createTemplates } from './templates.ts'

export interface PrismaStoreOptions {
  readonly connectionString: string
  /** Most connections at a time; a call that finds none free for ten seconds fails as `storage-unavailable`. */
  readonly poolSize: number
  readonly sealer: Sealer
  /** Clock of every time that is stored; the machine's unless given. */
  readonly now?: () => Date
}

/**
 * The store on PostgreSQL; connects at the first question. Errors of every method: AppError `storage-unavailable`
 * (transient) when the database does not answer. Whoever makes the store closes it.
 */
export function createPrismaStore(options: PrismaStoreOptions): Store {
  const database = createDatabase(options)
  const parts = { database, sealer: options.sealer, now: options.now ?? (() => new Date()) }
  return {
    journal: createJournal(parts),
    cases: createCases(parts),
    artefacts: createArtefacts(parts),
    organizations: createOrganizations(parts),
    apiKeys: createApiKeys(parts),
    submissions: createSubmissions(parts),
    audit: createAudit(parts),
    acknowledgements: createAcknowledgements(parts),
    consentRegister: createConsentRegister(parts),
    consentLookup: createConsentLookup(parts),
    templates: createTemplates(parts),
    codeMappings: createCodeMappings(parts),
    codeLists: createCodeLists(parts),
    outbox: createOutbox(parts),
    starts: createStarts(parts),
    questions: createQuestions(parts),
    reconciliation: createReconciliation(parts),
    leftovers: createLeftovers(parts),
    retention: createRetention(parts),
    idempotencyKeys: createIdempotencyKeys(parts),
    ping: () => database.ping(),
    close: () => database.close(),
  }
}
