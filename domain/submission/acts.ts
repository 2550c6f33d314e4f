import type { Standing } from '../intake/standing.ts'
import { Phase } from './phase.ts'

/** What a person may do with a submission. */
export type Act =
  | 'approve'
  | 'reject'
  | 'retry'
  | 'abandon'
  | 'cancel'
  | 'correct'
  | 'add-signature'
  | 'hold'
  | 'release'

/** These change nothing of what was said or sent. */
const KEEPING: readonly Act[] = ['hold', 'release']
const COUNTS: readonly Standing[] = ['current', 'questioned']

export type ActRefusal =
  | 'submission-destroyed'
  | 'submission-retained'
  | 'submission-replaced'
  | 'submission-awaits-decision'

/**
 * Why an act is not possible whatever the run says; undefined where the run decides. An act on what no longer counts would
 * bring an older value out after the newer one.
 */
export function refusalOf(
  act: Act,
  { phase, standing }: { readonly phase: Phase; readonly standing: Standing },
): ActRefusal | undefined {
  if (phase === Phase.destroyed) return 'submission-destroyed'
  if (KEEPING.includes(act)) return undefined
  if (phase === Phase.retained || phase === Phase.notifying) return 'submission-retained'
  if (standing === 'contested') return 'submission-awaits-decision'
  return COUNTS.includes(standing) ? undefined : 'submission-replaced'
}
