import type { temporal } from '@temporalio/proto'

type History = readonly temporal.api.history.v1.IHistoryEvent[]

/** Children whose end their parent has not heard of. */
export function unheardChildren(events: History): number {
  const count = (happened: (event: History[number]) => unknown) => events.filter(happened).length
  return (
    count((event) => event.childWorkflowExecutionStartedEventAttributes) -
    count((event) => event.childWorkflowExecutionCompletedEventAttributes) -
    count((event) => event.childWorkflowExecutionFailedEventAttributes)
  )
}
