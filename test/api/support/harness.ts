import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import pg from 'pg'
import { contentDigest, createFormats } from '../../../adapters/formats/index.ts'
import { createFileKeyProvider, createSealer } from '../../../adapters/keys/index.ts'
import { createPrismaStore } from '../../../adapters/storage/index.ts'
import type { Organization, Right, Store } from '../../../adapters/storage/port.ts'
import type { Api } from '../../../api/api.ts'
import { buildApp } from '../../../api/app.ts'
import type { ApiDeps, ApiSettings } from '../../../api/deps.ts'
import { createLogger } from '../../../api/logger.ts'
import { createOutboxDispatcher } from '../../../api/outbox-dispatcher.ts'
import { createMetrics } from '../../../api/plugins/metrics.ts'
import { createWaitRoom } from '../../../api/wait-room.ts'
import { makeKeyFile } from '../../../tools/make-keys.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createFakeWorkflows, type FakeWorkflows } from './fake-workflows.ts'

const DAY = 86_400_000
export const CALLBACK_SECRET = 'secret-of-the-test-portal'
export const WEB_UI_ORIGIN = 'http://127.0.0.1:8233'
const ALL_RIGHTS: readonly Right[] = ['submit', 'read', 'read-body', 'operate', 'configure']

const SETTINGS: ApiSettings = {
  maxFileBytes: 10 * 1024 * 1024,
  rateLimitPerMinute: 100_000,
  intake: { perMinute: 100_000, atOnce: 4 },
  identifierChecks: 'strict',
  codecAccess: 'key',
  webUiOrigin: WEB_UI_ORIGIN,
  callbackSecret: CALLBACK_SECRET,
  policy: {
    consentPatienceMs: 30 * DAY,
    consentRecheckMs: DAY,
    watchAfterMs: 600_000,
    signaturePatienceMs: 7 * DAY,
    sendAttempts: 8,
    sendTimeoutMs: 30_000,
    pollFirstMs: 60_000,
    pollMaxMs: 3_600_000,
    reminderMs: [DAY],
    acknowledgementDeadlineMs: 15 * DAY,
    retentionMs: 1827 * DAY,
  },
}

export const LABORATORY: Organization = {
  id: 'lab-1',
  name: 'ООО «Лаборатория»',
  inn: '7707083893',
  ogrn: '1027700132195',
  okpo: null,
  kpp: null,
  oid: '1.2.643.5.1.13.13.12.2.77.1',
  license: null,
  email: null,
  phone: null,
  address: null,
  legalBasis: 'consent',
  registry: 'portal',
  environment: 'test',
  timeZone: 'Europe/Moscow',
}

export interface Harness {
  readonly app: Api
  readonly deps: ApiDeps
  readonly store: Store
  readonly databaseUrl: string
  readonly workflows: FakeWorkflows
  /** Every line logged so far. */
  readonly log: readonly string[]
  /** Sends with the key of all rights; `rights` chooses another key, `key` any text, null none. */
  send(
    options: InjectOptions & { rights?: readonly Right[]; key?: string | null },
  ): Promise<Awaited<ReturnType<Api['inject']>>>
  keyOf(rights: readonly Right[], organizationId?: string): Promise<string>
  /** Looks into the database beside the product. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** Until everything handed to Temporal so far has arrived. */
  settle(): Promise<void>
  close(): Promise<void>
}

export async function createHarness(changes: Partial<ApiSettings> = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-api-'))
  const keyFile = join(folder, 'keys.json')
  await makeKeyFile(keyFile)
  const database = await createTestDatabase()
  const sealer = createSealer(createFileKeyProvider({ path: keyFile }))
  const store = createPrismaStore({ connectionString: database.url, poolSize: 6, sealer })
  await store.organizations.save(LABORATORY)
  await store.organizations.save({ ...LABORATORY, id: 'lab-2', name: 'ООО «Другая»' })

  const log: string[] = []
  const logger = createLogger('trace', { write: (line: string) => void log.push(line) })
  const workflows = createFakeWorkflows()
  const metrics = createMetrics()
  const { outbox, starts } = store
  const dispatcher = createOutboxDispatcher({
    ...{ outbox, starts, workflows, logger, metrics },
    sweepMs: 60_000,
    // Nobody works on what a test starts: its submissions would take each other's places.
    inFlight: 1_000,
  })
  const deps: ApiDeps = {
    store,
    workflows,
    formats: createFormats(),
    contentDigest,
    dispatcher,
    waitRoom: createWaitRoom(20),
    metrics,
    logger,
    settings: { ...SETTINGS, ...changes },
    now: () => new Date(),
  }
  const app = await buildApp(deps)
  const keys = new Map<string, string>()

  async function keyOf(rights: readonly Right[], organizationId = LABORATORY.id): Promise<string> {
    const name = `${organizationId}-${rights.join('-')}`
    const key = keys.get(name) ?? `test-key-${name}-0123456789abcdef`
    if (!keys.has(name)) await store.apiKeys.ensure({ organizationId, name, key, rights })
    keys.set(name, key)
    return key
  }

  return {
    app,
    deps,
    store,
    databaseUrl: database.url,
    workflows,
    log,
    keyOf,
    async send({ rights = ALL_RIGHTS, key, ...options }) {
      const token = key === undefined ? await keyOf(rights) : key
      const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
      return app.inject({ ...options, headers: { ...authorization, ...options.headers } })
    },
    async query(text, values = []) {
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      try {
        return (await client.query(text, [...values])).rows as Record<string, unknown>[]
      } finally {
        await client.end()
      }
    },
    async settle() {
      await dispatcher.idle()
    },
    async close() {
      await app.close()
      await dispatcher.stop()
      await store.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}
