import { z } from 'zod'
import { count, duration, durations, port, retention, text, url, yesNo } from './value-schemas.ts'

/** Processes of the product and of the demo stack; a setting names those that read it. */
export type ProcessName = 'api' | 'worker' | 'cli' | 'sandbox' | 'stack'

export interface Setting<T> {
  readonly schema: z.ZodType<T, string | undefined>
  /** Text form of the default; undefined = required by the processes that read it, unless `optional`. */
  readonly default?: string
  readonly optional?: boolean
  /** Never printed; may also be given by a file named in `<NAME>_FILE`. */
  readonly secret?: boolean
  readonly readBy: readonly ProcessName[]
  readonly meaning: string
}

const server = ['api', 'worker'] as const

/** Every setting of the product. docs/configuration.md is tested against this table. */
export const SETTINGS = {
  DATABASE_URL: {
    schema: text,
    secret: true,
    readBy: [...server, 'cli'],
    meaning: 'PostgreSQL connection string',
  },
  GONETS_DATABASE_POOL: {
    schema: count,
    default: '10',
    readBy: server,
    meaning: 'Connections to PostgreSQL per process',
  },
  TEMPORAL_ADDRESS: {
    schema: text,
    default: '127.0.0.1:7233',
    readBy: server,
    meaning: 'Temporal frontend, host:port',
  },
  TEMPORAL_NAMESPACE: {
    schema: text,
    default: 'default',
    readBy: server,
    meaning: 'Temporal namespace',
  },
  GONETS_TASK_QUEUE: {
    schema: text,
    default: 'gonets',
    readBy: server,
    meaning: 'Temporal task queue',
  },
  GONETS_KEY_FILE: {
    schema: text,
    readBy: [...server, 'cli'],
    meaning: 'File with the key-encryption keys (owner-only), made by `node tools/make-keys.ts`',
  },
  GONETS_LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    readBy: ['api', 'worker', 'sandbox'],
    meaning: 'Least level that is logged',
  },

  GONETS_HOST: {
    schema: text,
    default: '127.0.0.1',
    readBy: ['api', 'sandbox', 'stack'],
    meaning: 'Address the API and the sandbox listen on',
  },
  GONETS_PORT: {
    schema: port,
    default: '8080',
    readBy: ['api', 'stack'],
    meaning: 'Port the API listens on',
  },
  GONETS_MAX_FILE_MB: {
    schema: count,
    default: '10',
    readBy: ['api'],
    meaning: 'Largest request body, megabytes',
  },
  GONETS_RATE_LIMIT_PER_MINUTE: {
    schema: count,
    default: '6000',
    readBy: ['api'],
    meaning: 'Requests a minute per API key',
  },
  GONETS_INTAKE_PER_MINUTE: {
    schema: count,
    default: '300',
    readBy: ['api'],
    meaning:
      'Results a minute that one organisation may post, with all its keys; a sixth of it within ten seconds',
  },
  GONETS_INTAKE_AT_ONCE: {
    schema: count,
    default: '4',
    readBy: ['api'],
    meaning: 'Results of one organisation read and stored at a time; the next ones wait unread',
  },
  GONETS_IDENTIFIER_CHECKS: {
    schema: z.enum(['strict', 'warn']),
    default: 'strict',
    readBy: ['api'],
    meaning: 'Wrong checksums of СНИЛС, ИНН, ОГРН, policy: refuse, or accept with a warning',
  },
  GONETS_CODEC_ACCESS: {
    schema: z.enum(['off', 'key', 'loopback']),
    default: 'key',
    readBy: ['api'],
    meaning:
      'Who may decode payloads for Temporal Web UI: nobody, an API key with the right `operate`, or any loopback client',
  },
  GONETS_WEB_UI_ORIGIN: {
    schema: url,
    default: 'http://127.0.0.1:8233',
    readBy: ['api'],
    meaning: 'Origin of Temporal Web UI: allowed to call the codec endpoint',
  },
  GONETS_PORTAL_CALLBACK_SECRET: {
    schema: text.min(16),
    secret: true,
    readBy: ['api'],
    meaning: 'Key of the HMAC the portal signs its callbacks with',
  },
  GONETS_OUTBOX_SWEEP: {
    schema: duration,
    default: '2s',
    readBy: ['api'],
    meaning: 'How often undelivered outbox entries are tried again',
  },
  GONETS_IN_FLIGHT: {
    schema: count,
    default: '2',
    readBy: ['api'],
    meaning:
      'Results worked on at a time, calls of the registry not counted; as many urgent ones besides. One per core; more where steps wait for a slow consent service',
  },

  GONETS_WORKER_HEALTH_PORT: {
    schema: port,
    default: '8081',
    readBy: ['worker', 'stack'],
    meaning: 'Port of the health and metrics page of the worker',
  },
  GONETS_ACTIVITY_SLOTS: {
    schema: count,
    default: '40',
    readBy: ['worker'],
    meaning:
      'Steps (activities) a worker carries out at a time. With fewer than four for each result on its way, steps take a detour through a queue',
  },
  GONETS_WORKFLOW_TASK_SLOTS: {
    schema: count,
    default: '40',
    readBy: ['worker'],
    meaning: 'Decisions (workflow tasks) a worker makes at a time',
  },
  GONETS_CACHED_WORKFLOWS: {
    schema: count,
    default: '500',
    readBy: ['worker'],
    meaning: 'Workflows a worker keeps in memory, 0.4 MB each; one that is not there is replayed',
  },
  GONETS_PORTAL_URL: {
    schema: url,
    readBy: ['worker'],
    meaning: 'Base address of the state portal',
  },
  GONETS_PORTAL_TOKEN: {
    schema: text,
    secret: true,
    readBy: ['worker'],
    meaning: 'Access token of the portal',
  },
  GONETS_PORTAL_PUBLIC_KEY_FILE: {
    schema: text,
    readBy: ['worker'],
    meaning: 'PEM of the RSA key the portal unwraps file keys with',
  },
  GONETS_CONSENT_URL: {
    schema: url,
    optional: true,
    readBy: ['worker'],
    meaning: 'Base address of the consent service; unset = the register alone decides',
  },
  GONETS_CONSENT_TOKEN: {
    schema: text,
    optional: true,
    secret: true,
    readBy: ['worker'],
    meaning: 'Access token of the consent service',
  },
  GONETS_SMTP_URL: {
    schema: text,
    secret: true,
    readBy: ['worker'],
    meaning: 'Mail server, smtp://user:password@host:port or smtps://',
  },
  GONETS_MAIL_FROM: {
    schema: text,
    default: 'gonets@localhost',
    readBy: ['worker'],
    meaning: 'Sender address of messages',
  },
  GONETS_OPERATOR_EMAIL: {
    schema: text,
    optional: true,
    readBy: ['worker'],
    meaning: 'Where operators hear of submissions that need them',
  },
  GONETS_PATIENT_LINK: {
    schema: url,
    default: 'https://lk.gosuslugi.ru',
    readBy: ['worker'],
    meaning: 'Link in the message to the patient',
  },
  GONETS_MESSAGE_NAMES_STUDY: {
    schema: yesNo,
    default: 'no',
    readBy: ['worker'],
    meaning: 'Name the study in the message to the patient (discloses health data)',
  },
  GONETS_SIGNING_P12_FILE: {
    schema: text,
    readBy: ['worker'],
    meaning: 'PKCS#12 with the key and certificate of the organisation',
  },
  GONETS_SIGNING_P12_PASSWORD: {
    schema: text,
    secret: true,
    readBy: ['worker'],
    meaning: 'Password of the PKCS#12',
  },
  GONETS_TRUSTED_CA_FILE: {
    schema: text,
    readBy: ['worker'],
    meaning: 'PEM bundle of certification authorities that personal signatures may chain to',
  },

  GONETS_CONSENT_PATIENCE: {
    schema: duration,
    default: '30d',
    readBy: ['api'],
    meaning: 'How long a submission waits for a consent',
  },
  GONETS_CONSENT_RECHECK: {
    schema: duration,
    default: '24h',
    readBy: ['api'],
    meaning: 'How often the consent of waiting submissions is asked about',
  },
  GONETS_CONSENT_WATCH_AFTER: {
    schema: duration,
    default: '10m',
    readBy: ['api'],
    meaning: 'A submission still waiting after this long is put under the consent watch',
  },
  GONETS_SIGNATURE_PATIENCE: {
    schema: duration,
    default: '7d',
    readBy: ['api'],
    meaning: 'How long personal signatures are waited for',
  },
  GONETS_SEND_TIMEOUT: {
    schema: duration,
    default: '30s',
    readBy: ['api'],
    meaning: 'Time for one call of the registry',
  },
  GONETS_SEND_ATTEMPTS: {
    schema: count,
    default: '200',
    readBy: ['api'],
    meaning:
      'Tries of one send before a person is asked; with pauses growing to ten minutes the default outlasts a day',
  },
  GONETS_POLL_FIRST: {
    schema: duration,
    default: '1m',
    readBy: ['api'],
    meaning: 'First pause before the registry is polled; doubles each time',
  },
  GONETS_POLL_MAX: {
    schema: duration,
    default: '1h',
    readBy: ['api'],
    meaning: 'Longest pause between two polls',
  },
  GONETS_REMINDERS: {
    schema: durations,
    default: '24h,72h',
    readBy: ['api'],
    meaning: 'When people are reminded of a missing answer',
  },
  GONETS_ACKNOWLEDGEMENT_DEADLINE: {
    schema: duration,
    default: '15d',
    readBy: ['api'],
    meaning: 'When a missing answer becomes a task for a person',
  },
  GONETS_RETENTION: {
    schema: retention,
    default: '1827d',
    readBy: ['api'],
    meaning: 'How long a record is kept after registration; at least five years',
  },

  GONETS_IDEMPOTENCY_TERM: {
    schema: duration,
    default: '3d',
    readBy: ['worker'],
    meaning: 'How long the answer to a POST with an Idempotency-Key is kept for its repeats',
  },
  GONETS_CONSENT_TERM: {
    schema: duration,
    default: '1096d',
    readBy: ['worker'],
    meaning:
      'How long a consent that has ended is kept in the register, once no record rests on it',
  },

  GONETS_SANDBOX_PORT: {
    schema: port,
    default: '8090',
    readBy: ['sandbox', 'stack'],
    meaning: 'Port of the sandbox: portal, consent service, inbox page, fault switches',
  },
  GONETS_SANDBOX_SMTP_PORT: {
    schema: port,
    default: '8025',
    readBy: ['sandbox', 'stack'],
    meaning: 'Port of the sandbox mail server',
  },
  GONETS_SANDBOX_DIR: {
    schema: text,
    default: '.gonets/sandbox',
    readBy: ['sandbox'],
    meaning: 'Where the sandbox keeps its registry and keys',
  },
  GONETS_SANDBOX_TOKEN: {
    schema: text,
    default: 'sandbox-token',
    secret: true,
    readBy: ['sandbox'],
    meaning: 'Token the sandbox accepts',
  },
  GONETS_SANDBOX_CALLBACK_URL: {
    schema: url,
    optional: true,
    readBy: ['sandbox'],
    meaning: 'API address the sandbox posts its answers to; unset = it waits to be polled',
  },
  GONETS_SANDBOX_CALLBACK_SECRET: {
    schema: text,
    optional: true,
    secret: true,
    readBy: ['sandbox'],
    meaning: 'Key of the HMAC on the sandbox callbacks',
  },

  GONETS_DATA_DIR: {
    schema: text,
    default: '.gonets',
    readBy: ['stack'],
    meaning: 'Folder of everything the embedded stack keeps',
  },
  GONETS_DEMO_API_KEY: {
    schema: text.min(16),
    optional: true,
    secret: true,
    readBy: ['stack'],
    meaning: 'API key of the demo organisation; made at random when unset',
  },
  GONETS_POSTGRES_PORT: {
    schema: port,
    default: '8054',
    readBy: ['stack'],
    meaning: 'Port of the embedded PostgreSQL',
  },
  GONETS_TEMPORAL_PORT: {
    schema: port,
    default: '8072',
    readBy: ['stack'],
    meaning: 'Port of the embedded Temporal server',
  },
  GONETS_WEB_UI_PORT: {
    schema: port,
    default: '8233',
    readBy: ['stack'],
    meaning: 'Port of the embedded Temporal Web UI',
  },
  GONETS_TEMPORAL_CLI_PATH: {
    schema: text,
    optional: true,
    readBy: ['stack'],
    meaning: 'Path of the `temporal` binary to use',
  },
  GONETS_TEST_SERVER_PATH: {
    schema: text,
    optional: true,
    readBy: ['stack'],
    meaning: 'Path of the `temporal-test-server` binary to use',
  },
} as const satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof SETTINGS
