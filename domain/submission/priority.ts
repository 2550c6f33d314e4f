import type { Order } from '../report/report.ts'

/** How soon a submission is carried where others wait: smaller goes first. Temporal's own scale, 1 to 5, where 3 is usual. */
export const Priority = { urgent: 1, routine: 3 } as const
export type Priority = (typeof Priority)[keyof typeof Priority]

/** Whatever the laboratory called more than routine is urgent: degrees among the urgent would only order their queue. */
export function priorityOf(order: Order | undefined): Priority {
  const stated = order?.priority
  return stated === undefined || stated === 'routine' ? Priority.routine : Priority.urgent
}
