import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow'
import type { NotificationKind } from '../../domain/submission/messages.ts'
import { notificationWorkflowId } from '../names.ts'
import { notifyParties } from '../notify-parties.ts'
import type { SubmissionRun } from '../submission-run.ts'

/**
 * People are told by a child of its own: its failure never changes the delivery, it outlives this run, and cancelling the
 * submission does not take back the news.
 */
export async function tell(run: SubmissionRun, kind: NotificationKind): Promise<void> {
  const notification = run.notification(kind)
  await startChild(notifyParties, {
    workflowId: notificationWorkflowId(notification),
    args: [notification],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    // A run that continues as new keeps its own; a child would get the server's.
    workflowTaskTimeout: workflowInfo().taskTimeoutMs,
    staticSummary: `Уведомление: ${kind}`,
  })
}

/** The doctor hears of a lost consent once, however often it is looked at until there is a new one. */
export async function tellOfLoss(run: SubmissionRun): Promise<void> {
  if (run.lossTold) return
  run.lossTold = true
  await tell(run, 'consent-changed')
}

/** The operator hears once that the order of the patient's words is unclear, however often it is looked at. */
export async function tellOfDoubt(run: SubmissionRun): Promise<void> {
  if (run.doubtTold) return
  run.doubtTold = true
  await tell(run, 'needs-attention')
}
