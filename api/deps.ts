import type { Logger } from 'pino'
import { contentDigest, createFormats } from '../adapters/formats/index.ts'
import type { Formats } from '../adapters/formats/port.ts'
import { createFileKeyProvider, createSealer } from '../adapters/keys/index.ts'
import type { KeyProvider } from '../adapters/keys/port.ts'
import { createPrismaStore } from '../adapters/storage/index.ts'
import type { Store } from '../adapters/storage/port.ts'
import { deriveCodecKeys } from '../adapters/temporal/codec-keys.ts'
import { createTemporalClient } from '../adapters/temporal/connect.ts'
import { createPayloadCodec } from '../adapters/temporal/payload-codec.ts'
import type { SubmissionWorkflows } from '../adapters/temporal/port.ts'
import { createSubmissionWorkflows } from '../adapters/temporal/submission-workflows.ts'
import type { Config } from '../config/load-config.ts'
import type { Report } from '../domain/report/report.ts'
import { submissionNames } from '../workflows/names.ts'
import { createOutboxDispatcher, type OutboxDispatcher } from './outbox-dispatcher.ts'
import type { IntakeLimits } from './plugins/intake-limits.ts'
import { createMetrics, type Metrics } from './plugins/metrics.ts'
import type { PolicySettings } from './policy.ts'
import { createWaitRoom, type WaitRoom } from './wait-room.ts'

/** Requests that may wait for a change at a time, long polls and event streams together. */
const WAITING_PLACES = 200

export interface ApiSettings {
  readonly maxFileBytes: number
  readonly rateLimitPerMinute: number
  readonly intake: IntakeLimits
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

/** Builds everything the API works with; nothing is connected yet. `close` ends it, in the order that loses nothing. */
export function createApiDeps(
  config: Config,
  logger: Logger,
): { deps: ApiDeps; close(): Promise<void> } {
  const keys = createFileKeyProvider({ path: config.GONETS_KEY_FILE })
  const store = createPrismaStore({
    connectionString: config.DATABASE_URL,
    poolSize: config.GONETS_DATABASE_POOL,
    sealer: createSealer(keys),
  })
  const { workflows, close } = createWorkflows(config, keys)
  const metrics = createMetrics()
  const dispatcher = createOutboxDispatcher({
    ...{ outbox: store.outbox, starts: store.starts, workflows, logger, metrics },
    sweepMs: config.GONETS_OUTBOX_SWEEP,
    inFlight: config.GONETS_IN_FLIGHT,
  })
  return {
    deps: {
      store,
      workflows,
      formats: createFormats(),
      contentDigest,
      dispatcher,
      waitRoom: createWaitRoom(WAITING_PLACES),
      metrics,
      logger,
      settings: toSettings(config),
      now: () => new Date(),
    },
    async close() {
      const finished = await dispatcher.stop()
      // A Temporal connection closed under a call that is being retried throws out of a timer: then the process's end closes it.
      if (finished) await close()
      await store.close()
    },
  }
}

function createWorkflows(config: Config, keys: KeyProvider) {
  const codec = deriveCodecKeys(keys)
  const { client, connection, close } = createTemporalClient({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    codec,
  })
  const workflows = createSubmissionWorkflows({
    client,
    connection,
    codec: createPayloadCodec(codec),
    taskQueue: config.GONETS_TASK_QUEUE,
    names: submissionNames,
  })
  return { workflows, close }
}

function toSettings(config: Config): ApiSettings {
  return {
    maxFileBytes: config.GONETS_MAX_FILE_MB * 1024 * 1024,
    rateLimitPerMinute: config.GONETS_RATE_LIMIT_PER_MINUTE,
    intake: {
      perMinute: config.GONETS_INTAKE_PER_MINUTE,
      atOnce: config.GONETS_INTAKE_AT_ONCE,
    },
    identifierChecks: config.GONETS_IDENTIFIER_CHECKS,
    codecAccess: config.GONETS_CODEC_ACCESS,
    webUiOrigin: config.GONETS_WEB_UI_ORIGIN,
    callbackSecret: config.GONETS_PORTAL_CALLBACK_SECRET,
    policy: {
      consentPatienceMs: config.GONETS_CONSENT_PATIENCE,
      consentRecheckMs: config.GONETS_CONSENT_RECHECK,
      watchAfterMs: config.GONETS_CONSENT_WATCH_AFTER,
      signaturePatienceMs: config.GONETS_SIGNATURE_PATIENCE,
      sendAttempts: config.GONETS_SEND_ATTEMPTS,
      sendTimeoutMs: config.GONETS_SEND_TIMEOUT,
      pollFirstMs: config.GONETS_POLL_FIRST,
      pollMaxMs: config.GONETS_POLL_MAX,
      reminderMs: config.GONETS_REMINDERS,
      acknowledgementDeadlineMs: config.GONETS_ACKNOWLEDGEMENT_DEADLINE,
      retentionMs: config.GONETS_RETENTION,
    },
  }
}
