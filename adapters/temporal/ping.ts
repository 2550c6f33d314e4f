import type { Connection } from '@temporalio/client'
import { temporalCall } from './temporal-call.ts'

const PING_TIMEOUT_MS = 2_000

/** The cheapest question that shows the server answers. Error: AppError `temporal-unavailable` (transient). */
export async function pingTemporal(connection: Connection): Promise<void> {
  await temporalCall(() =>
    connection.withDeadline(Date.now() + PING_TIMEOUT_MS, () =>
      connection.workflowService.getSystemInfo({}),
    ),
  )
}
