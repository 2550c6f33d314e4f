import type { Report } from '../../domain/report/report.ts'
import { Phase } from '../../domain/submission/phase.ts'

/** The newest submission of a source key, as far as the rule looks at it. */
export interface KnownSubmission {
  readonly id: string
  readonly phase: Phase
  readonly version: number
  readonly versionNumber: number
  readonly contentDigest: string
  readonly sourceVersion: number
  readonly setId: string
}

export type AcceptanceRuling =
  | { readonly kind: 'replaces'; readonly sourceVersion: number; readonly known: KnownSubmission }
  | { readonly kind: 'updated' | 'corrects'; readonly known: KnownSubmission }
  | { readonly kind: 'repeated' | 'conflict'; readonly known: KnownSubmission }

/** What a report means beside a known result: the newest submission of the same organisation, source system and result id. */
export function ruleOnAcceptance(
  report: Report,
  contentDigest: string,
  known: KnownSubmission,
): AcceptanceRuling {
  const { version } = report.source
  if (contentDigest === known.contentDigest || version < known.sourceVersion)
    return { kind: 'repeated', known }
  if (known.phase === Phase.awaitingFinal) return { kind: 'updated', known }
  if (report.status !== 'corrected' && version === known.sourceVersion)
    return { kind: 'conflict', known }
  // What the laboratory has not confirmed yet never goes out as a correction.
  if (known.phase === Phase.needsCorrection && report.status !== 'preliminary')
    return { kind: 'corrects', known }
  return { kind: 'replaces', sourceVersion: Math.max(version, known.sourceVersion + 1), known }
}
