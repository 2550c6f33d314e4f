import type { Issue } from '../shared/issue.ts'
import type { Verdict } from './verdict.ts'

/** An answer of a registry about one document, in our words; made by a registry adapter's `parseAnswer`. */
export interface RegistryAnswer {
  /** Id the registry gave its message; a repeated message carries the same. */
  readonly messageId: string
  readonly documentId: string
  readonly verdict: Verdict
  readonly registryId: string | undefined
  readonly issues: readonly Issue[]
  readonly answeredAt: Date
}
