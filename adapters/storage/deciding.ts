import type { Sealer } from '../shared/sealer.ts'
import type { KnownResult } from './result-rows.ts'
import type { Statements } from './statements.ts'

/** What a decision is made about. The caller of an effect holds the result. */
export interface Deciding {
  readonly sealer: Sealer
  readonly known: KnownResult
  readonly submissionId: string
  readonly details: { readonly [key: string]: unknown }
  readonly decision: string
  readonly actor: string
  readonly at: Date
}
export type DecisionEffect = (tx: Statements, deciding: Deciding) => Promise<void>
