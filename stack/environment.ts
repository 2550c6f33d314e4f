import { join } from 'node:path'
import { demoPkiPaths } from '../tools/pki/make-demo-pki.ts'
import type { DataDir } from './data-dir.ts'
import type { Secrets } from './secrets.ts'

export type Environment = Readonly<Record<string, string | undefined>>
/** The part of our environment that servers of others are given. */
export type SystemEnv = { readonly PATH: string | undefined; readonly HOME: string | undefined }

export interface Ports {
  readonly api: number
  readonly workerHealth: number
  readonly sandbox: number
  readonly smtp: number
  readonly postgres: number
  readonly temporal: number
  readonly webUi: number
}

export interface EnvironmentInput {
  /** What the user set: settings that the stack does not compute reach the processes unchanged. */
  readonly base: Environment
  readonly dir: DataDir
  readonly ports: Ports
  readonly apiHost: string
  readonly secrets: Secrets
  readonly databaseUrl: string
}

/** Environment of each Node child. Computed values win: an embedded stack must never touch a production database. */
export function environmentsOf(
  input: EnvironmentInput,
): Readonly<Record<'api' | 'worker' | 'sandbox', Environment>> {
  const { base, dir, ports, secrets } = input
  const pki = demoPkiPaths(dir.pki)
  const local = (port: number) => `http://127.0.0.1:${port}`
  const server = {
    DATABASE_URL: input.databaseUrl,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    GONETS_KEY_FILE: dir.keys,
  }
  return {
    api: {
      ...base,
      ...server,
      GONETS_HOST: input.apiHost,
      GONETS_PORT: String(ports.api),
      // Web UI of the dev server knows no log-in; it and the codec both listen on loopback only.
      GONETS_CODEC_ACCESS: base.GONETS_CODEC_ACCESS || 'loopback',
      GONETS_WEB_UI_ORIGIN: local(ports.webUi),
      GONETS_PORTAL_CALLBACK_SECRET: secrets.portalCallbackSecret,
    },
    worker: {
      ...base,
      ...server,
      GONETS_WORKER_HEALTH_PORT: String(ports.workerHealth),
      GONETS_PORTAL_URL: local(ports.sandbox),
      GONETS_PORTAL_TOKEN: secrets.portalToken,
      GONETS_PORTAL_PUBLIC_KEY_FILE: join(dir.sandbox, 'portal-public.pem'),
      GONETS_CONSENT_URL: local(ports.sandbox),
      GONETS_CONSENT_TOKEN: secrets.portalToken,
      GONETS_SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      GONETS_OPERATOR_EMAIL: base.GONETS_OPERATOR_EMAIL || 'operator@lab.example',
      GONETS_SIGNING_P12_FILE: pki.organization.p12File,
      GONETS_SIGNING_P12_PASSWORD: undefined,
      GONETS_SIGNING_P12_PASSWORD_FILE: pki.passwordFile,
      GONETS_TRUSTED_CA_FILE: pki.caFile,
    },
    sandbox: {
      ...base,
      GONETS_HOST: '127.0.0.1',
      GONETS_SANDBOX_PORT: String(ports.sandbox),
      GONETS_SANDBOX_SMTP_PORT: String(ports.smtp),
      GONETS_SANDBOX_DIR: dir.sandbox,
      GONETS_SANDBOX_TOKEN: secrets.portalToken,
      GONETS_SANDBOX_CALLBACK_URL: local(ports.api),
      GONETS_SANDBOX_CALLBACK_SECRET: secrets.portalCallbackSecret,
    },
  }
}
