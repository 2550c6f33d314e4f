import { toDerivedUuid } from '../../domain/shared/derived-uuid.ts'
import type { Sealer } from '../shared/sealer.ts'

/** What makes a result the same one to everybody, whatever database it is accepted into. */
export interface ResultKey {
  readonly organizationId: string
  readonly system: string
  readonly resultId: string
  readonly analysisCode: string
  readonly analysisSystem: string
}

/**
 * Ids that the registry sees. They follow from the result, so that one sent again into a restored database meets the
 * document the registry has of it instead of becoming a second one (docs/adr/0019). Keyed: a list of result numbers
 * does not tell whose document is whose.
 */
export interface DocumentIdentity {
  setIdOf(result: ResultKey, generation: number): string
  documentIdOf(setId: string, versionNumber: number): string
}

export function createDocumentIdentity(sealer: Sealer): DocumentIdentity {
  const derive = (purpose: string, parts: readonly (string | number)[]) =>
    toDerivedUuid(sealer.blindIndex(purpose, JSON.stringify(parts)))
  return {
    setIdOf: ({ organizationId, system, resultId, analysisCode, analysisSystem }, generation) =>
      derive('result-set', [
        ...[organizationId, system, resultId, analysisCode, analysisSystem],
        generation,
      ]),
    documentIdOf: (setId, versionNumber) => derive('set-document', [setId, versionNumber]),
  }
}
