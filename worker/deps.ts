import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ActivityDeps } from '../activities/deps.ts'
import { createHttpConsentService } from '../adapters/consents/index.ts'
import { createDocumentRenderer } from '../adapters/documents/document-renderer.ts'
import { createEvidenceBundler } from '../adapters/documents/evidence/evidence-bundler.ts'
import { createFileKeyProvider, createSealer } from '../adapters/keys/index.ts'
import { createSmtpNotifier } from '../adapters/notifications/index.ts'
import { registryFactories } from '../adapters/registries/index.ts'
import { createForgeCmsSigner } from '../adapters/signers/forge-cms-signer.ts'
import { openP12 } from '../adapters/signers/open-p12.ts'
import { pemCertificates } from '../adapters/signers/pem-certificates.ts'
import { createSignatureVerifier } from '../adapters/signers/signature-verifier.ts'
import { createPrismaStore } from '../adapters/storage/index.ts'
import { deriveCodecKeys } from '../adapters/temporal/codec-keys.ts'
import { createTemporalClient } from '../adapters/temporal/connect.ts'
import { createConsentWatch } from '../adapters/temporal/consent-watch.ts'
import type { CodecKeys } from '../adapters/temporal/payload-codec.ts'
import { pingTemporal } from '../adapters/temporal/ping.ts'
import type { Schedules } from '../adapters/temporal/port.ts'
import { createRunInspector } from '../adapters/temporal/run-inspector.ts'
import { createSchedules } from '../adapters/temporal/schedules.ts'
import type { Config } from '../config/load-config.ts'
import {
  consentWorkflowId,
  SearchAttributeName,
  SignalName,
  submissionWorkflowId,
  WorkflowName,
} from '../workflows/names.ts'

export interface WorkerDeps {
  readonly activities: ActivityDeps
  readonly codec: CodecKeys
  readonly schedules: Schedules
  /** Temporal itself: the worker's own connection says nothing when it is lost. */
  readonly temporal: { ping(): Promise<void> }
  close(): Promise<void>
}

/** The composition root: the only place that builds signers, registry clients and notifiers. Nothing is connected yet. */
export function createWorkerDeps(config: Config): WorkerDeps {
  const keys = createFileKeyProvider({ path: config.GONETS_KEY_FILE })
  const store = createPrismaStore({
    connectionString: config.DATABASE_URL,
    poolSize: config.GONETS_DATABASE_POOL,
    sealer: createSealer(keys),
  })
  const codec = deriveCodecKeys(keys)
  const temporal = createTemporalClient({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    codec,
  })
  const notifier = createSmtpNotifier({
    url: config.GONETS_SMTP_URL,
    from: config.GONETS_MAIL_FROM,
  })
  const registries = createRegistries(config)
  return {
    activities: {
      store,
      consentService: createConsentService(config),
      consentWatch: createConsentWatch({
        client: temporal.client,
        taskQueue: config.GONETS_TASK_QUEUE,
        names: {
          watchConsent: WorkflowName.watchConsent,
          submissionEntered: SignalName.submissionEntered,
          consentWorkflowId,
        },
      }),
      runs: createRunInspector({
        ...temporal,
        namespace: config.TEMPORAL_NAMESPACE,
        names: { ...WorkflowName, ...SearchAttributeName, submissionWorkflowId },
      }),
      documents: createDocumentRenderer(),
      evidence: createEvidenceBundler(),
      ...createSigning(config),
      registryOf: ({ registry }) => registries[registry],
      notifier,
      messages: {
        operatorEmail: config.GONETS_OPERATOR_EMAIL,
        patientLink: config.GONETS_PATIENT_LINK,
        namesStudy: config.GONETS_MESSAGE_NAMES_STUDY,
      },
      terms: {
        answersMs: config.GONETS_IDEMPOTENCY_TERM,
        consentsMs: config.GONETS_CONSENT_TERM,
      },
      now: () => new Date(),
      newId: randomUUID,
    },
    codec,
    temporal: { ping: () => pingTemporal(temporal.connection) },
    schedules: createSchedules({ ...temporal, taskQueue: config.GONETS_TASK_QUEUE }),
    async close() {
      notifier.close()
      await temporal.close()
      await store.close()
    },
  }
}

function createRegistries(config: Config) {
  return {
    portal: registryFactories.portal({
      baseUrl: config.GONETS_PORTAL_URL,
      token: config.GONETS_PORTAL_TOKEN,
      publicKeyPem: readFileSync(config.GONETS_PORTAL_PUBLIC_KEY_FILE, 'utf8'),
    }),
  }
}

function createConsentService(config: Config) {
  if (config.GONETS_CONSENT_URL === undefined) return undefined
  return createHttpConsentService({
    baseUrl: config.GONETS_CONSENT_URL,
    token: config.GONETS_CONSENT_TOKEN ?? '',
  })
}

function createSigning(config: Config): Pick<ActivityDeps, 'signer' | 'verifier'> {
  const identity = openP12(
    readFileSync(config.GONETS_SIGNING_P12_FILE),
    config.GONETS_SIGNING_P12_PASSWORD,
  )
  const trusted = pemCertificates(readFileSync(config.GONETS_TRUSTED_CA_FILE, 'utf8'))
  return {
    signer: createForgeCmsSigner({ ...identity, now: () => new Date() }),
    verifier: createSignatureVerifier({ trusted }),
  }
}
