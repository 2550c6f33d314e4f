import { randomUUID } from 'node:crypto'
import { toDerivedUuid } from '../../domain/shared/derived-uuid.ts'
import type { Sealer } from '../shared/sealer.ts'
import type { Statements } from './statements.ts'

/** What makes a result the same one to everybody, whatever database it is accepted into. */
export interface ResultKey {
  readonly organizationId: string
  readonly system: string
  readonly resultId: string
}

/**
 * Ids that the registry sees. They follow from the result, so that one sent again into a restored database meets the
 * document the registry has of it instead of becoming a second one (docs/adr/0019). Keyed: a list of result numbers
 * does not tell whose document is whose.
 */
export interface DocumentIdentity {
  setIdOf(result: ResultKey): string
  documentIdOf(result: ResultKey, versionNumber: number): string
}

export function createDocumentIdentity(sealer: Sealer): DocumentIdentity {
  const derive = (purpose: string, parts: readonly (string | number)[]) =>
    toDerivedUuid(sealer.blindIndex(purpose, JSON.stringify(parts)))
  return {
    setIdOf: ({ organizationId, system, resultId }) =>
      derive('document-set', [organizationId, system, resultId]),
    documentIdOf: ({ organizationId, system, resultId }, versionNumber) =>
      derive('document', [organizationId, system, resultId, versionNumber]),
  }
}

/**
 * A person may correct a submission that the laboratory has replaced meanwhile: both are then the same version of one
 * set, and the second of them takes an id of its own.
 */
export async function unlessTaken(tx: Statements, documentId: string): Promise<string> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM submission_version WHERE document_id = ${documentId}::uuid`
  return rows.length === 0 ? documentId : randomUUID()
}
