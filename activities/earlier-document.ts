import type { SubmissionCase, TimelineEvent } from '../adapters/storage/port.ts'
import type { ActivityDeps } from './deps.ts'

/** The registry has the document's id already, for other bytes: the result was sent before a restore and made anew since. */
export const DOCUMENT_DIFFERS = 'registry-document-differs'

/** A registry that does not tell its digest is believed, as long as it has not refused ours. */
export function isAnother(digest: string | undefined, { document }: SubmissionCase): boolean {
  return digest !== undefined && digest !== document?.digest
}

/**
 * A person who was shown the difference has said `retry`: nothing else leads on from that hold. A run that was lost and
 * restarted meanwhile is no person's word.
 */
export async function isDecided(
  deps: ActivityDeps,
  { organization, submissionId, version }: SubmissionCase,
): Promise<boolean> {
  const timeline = await deps.store.submissions.events(organization.id, submissionId, 0)
  const last = timeline.findLast(
    (event) => event.type === 'submission.restarted' || isHold(event, version),
  )
  return last !== undefined && last.type !== 'submission.restarted'
}

/** What the evidence must say: whether the bytes of the record are known not to be those the registry registered. */
export function isKnownToDiffer(timeline: readonly TimelineEvent[], version: number): boolean {
  const last = timeline.findLast(
    (event) =>
      event.version === version &&
      (event.type === 'registry.taken' ||
        isHold(event, version) ||
        event.details.code === DOCUMENT_DIFFERS),
  )
  return last !== undefined && last.type !== 'registry.taken'
}

const isHold = ({ type, version, details }: TimelineEvent, of: number) =>
  type === 'submission.needs-attention' && version === of && details.reason === DOCUMENT_DIFFERS
