import type { Logger } from 'pino'
import type { Formats } from '../adapters/formats/port.ts'
import type { Store } from '../adapters/storage/port.ts'
import type { SubmissionWorkflows } from '../adapters/temporal/port.ts'
import type { Report } from '../domain/report/report.ts'
import type { OutboxDispatcher } from './outbox-dispatcher.ts'
import type { Metrics } from './plugins/metrics.ts'
import type { PolicySettings } from './policy.ts'
import type { WaitRoom } from './wait-room.ts'

export interface ApiSettings {
  readonly maxFileBytes: number
  readonly rateLimitPerMinute: number
  readonly identifierChecks: 'strict' | 'warn'
  readonly codecAccess: 'off' | 'key' | 'loopback'
  readonly webUiOrigin: string
  readonly callbackSecret: string
  readonly policy: PolicySettings
}

/** Everything the routes work with. Made by `createApiDeps` in the process, by hand in tests. */
export interface ApiDeps {
  readonly store: Store
  readonly workflows: SubmissionWorkflows
  readonly formats: Formats
  readonly contentDigest: (report: Report) => string
  readonly dispatcher: OutboxDispatcher
  readonly waitRoom: WaitRoom
  readonly metrics: Metrics
  readonly logger: Logger
  readonly settings: ApiSettings
  readonly now: () => Date
}
