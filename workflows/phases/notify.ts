import { ParentClosePolicy, startChild } from '@temporalio/workflow'
import type { NotificationKind } from '../../domain/submission/messages.ts'
import { notifyParties } from '../notify-parties.ts'
import type { SubmissionRun } from '../submission-run.ts'

/** People are told by a child of its own: its failure never changes the delivery, and it outlives this run. */
export async function tell(run: SubmissionRun, kind: NotificationKind): Promise<void> {
  const notification = run.notification(kind)
  await startChild(notifyParties, {
    workflowId: `notify-${notification.submissionId}-${notification.version}-${kind}-${notification.round}`,
    args: [notification],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `Уведомление: ${kind}`,
  })
}
