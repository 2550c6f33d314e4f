import type { Sealer } from '../shared/sealer.ts'
import type { SubmissionView } from './port.ts'
import { openAnswerIssues } from './sealed-answer.ts'
import { openIssues, openOptional } from './sealed-text.ts'

/** A view as it is read has its texts sealed; whoever is shown it may read them. */
export async function openView(sealer: Sealer, view: SubmissionView): Promise<SubmissionView> {
  const { id } = view
  const documentOf = (own: number) =>
    view.versions.find(({ version }) => version === own)?.documentId ?? view.documentId
  return {
    ...view,
    issues: await openIssues(sealer, id, view.issues),
    holdReason: await openOptional(sealer, id, view.holdReason),
    versions: await Promise.all(
      view.versions.map(async (version) => ({
        ...version,
        reason: await openOptional(sealer, id, version.reason),
      })),
    ),
    answers: await Promise.all(
      view.answers.map(async (answer) => ({
        ...answer,
        issues: await openAnswerIssues(sealer, documentOf(answer.version), answer.issues),
      })),
    ),
  }
}
