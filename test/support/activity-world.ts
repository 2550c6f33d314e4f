import { createHash, randomUUID } from 'node:crypto'
import type { ApplicationFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import pg from 'pg'
import { afterAll, beforeAll, vi } from 'vitest'
import type { ActivityDeps } from '../../activities/deps.ts'
import { type Activities, createActivities } from '../../activities/index.ts'
import { createEvidenceBundler } from '../../adapters/documents/evidence/evidence-bundler.ts'
import type { Consent, Organization, Template } from '../../adapters/storage/port.ts'
import type { Patient, Report } from '../../domain/report/report.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import { HEMOGLOBIN, keyOf, labReport, PATIENT, POLICY, STARTED, send } from './activity-data.ts'
import {
  fakeConsentService,
  fakeNotifier,
  fakeRegistry,
  fakeRenderer,
  fakeRuns,
  fakeSigner,
  fakeVerifier,
} from './activity-fakes.ts'
import { createTestStore, LABORATORY, type TestStore } from './store.ts'

export type World = Awaited<ReturnType<typeof createActivityWorld>>
type Result<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>
type Overrides = Partial<ActivityDeps> & { organization?: Partial<Organization> }

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }

/** One database a test file; each call opens a world of its own on it. */
export function useActivityWorlds(): (overrides?: Overrides) => Promise<World> {
  let opened: { database: TestStore; sqlClient: pg.Client } | undefined
  beforeAll(async () => {
    const database = await createTestStore()
    const sqlClient = new pg.Client({ connectionString: database.url })
    await sqlClient.connect()
    opened = { database, sqlClient }
  })
  afterAll(async () => {
    await opened?.sqlClient.end()
    await opened?.database.close()
  })
  return (overrides = {}) => {
    if (!opened) throw new Error('the database is made before the first test')
    return createActivityWorld(opened.database, opened.sqlClient, overrides)
  }
}

/**
 * One laboratory on the file's database, with its activities and the outside world in fakes. Nothing is shared between
 * two worlds but the server: tests of one file do not see each other.
 */
async function createActivityWorld(
  { store, clock }: TestStore,
  sqlClient: pg.Client,
  overrides: Overrides,
) {
  const { organization: own, ...otherDeps } = overrides
  const organization = { ...LABORATORY, id: `lab-${randomUUID().slice(0, 8)}`, ...own }
  await store.organizations.save(organization)
  clock.now = STARTED
  const fakes = {
    registry: fakeRegistry(),
    consentService: fakeConsentService(),
    notifier: fakeNotifier(),
    documents: fakeRenderer(),
    signer: fakeSigner(),
    verifier: fakeVerifier(),
    runs: fakeRuns(),
    watch: vi.fn<ActivityDeps['consentWatch']['enter']>(async () => {}),
  }
  const deps: ActivityDeps = {
    store,
    consentService: fakes.consentService,
    consentWatch: { enter: fakes.watch },
    runs: fakes.runs,
    documents: fakes.documents,
    evidence: createEvidenceBundler(),
    signer: fakes.signer,
    verifier: fakes.verifier,
    registryOf: () => fakes.registry,
    notifier: fakes.notifier,
    messages: {
      operatorEmail: 'operator@example.test',
      patientLink: 'https://lk.example.test/documents',
      namesStudy: false,
    },
    terms: { answersMs: 3 * 86_400_000, consentsMs: 1096 * 86_400_000 },
    now: () => clock.now,
    newId: randomUUID,
    ...otherDeps,
  }
  const activities = createActivities(deps)
  let results = 0

  /** Runs one activity as Temporal would: a context of its own for each call. */
  async function run<Name extends keyof Activities>(
    name: Name,
    input: Parameters<Activities[Name]>[0],
    { attempt = 1 } = {},
  ): Promise<Result<Name>> {
    const activity = activities[name] as (value: unknown) => Promise<Result<Name>>
    const environment = new MockActivityEnvironment({ attempt }, { logger: SILENT })
    return await environment.run<[unknown], Result<Name>, typeof activity>(activity, input)
  }

  async function rows<Row extends pg.QueryResultRow>(sql: string, id: string): Promise<Row[]> {
    return (await sqlClient.query<Row>(sql, [id])).rows
  }

  return {
    ...fakes,
    deps,
    store,
    clock,
    organization,
    run,
    /** The failure Temporal would see. */
    async failure<Name extends keyof Activities>(
      name: Name,
      input: Parameters<Activities[Name]>[0],
      info: { attempt?: number } = {},
    ): Promise<ApplicationFailure> {
      try {
        await run(name, input, info)
      } catch (error) {
        return error as ApplicationFailure
      }
      throw new Error(`${name} did not fail`)
    },
    /** A result as the API accepts it. */
    async accept(changes: Partial<Report> = {}): Promise<string> {
      results += 1
      const report = { ...labReport(`R-${results}`), ...changes }
      const text = JSON.stringify(report)
      const { submission } = await store.submissions.accept({
        organizationId: organization.id,
        report,
        word: { version: report.source.version },
        source: { bytes: Buffer.from(text), mediaType: 'application/json' },
        contentDigest: createHash('sha256').update(text).digest('hex'),
        policy: POLICY,
        actor: 'key-1',
      })
      return submission.id
    },
    /** As if it had been accepted under another policy. */
    under: (submissionId: string, policy: Partial<Policy>) =>
      sqlClient.query('UPDATE submission SET policy = policy || $2::jsonb WHERE id = $1', [
        submissionId,
        JSON.stringify(policy),
      ]),
    async consent(changes: Partial<Consent> & { patient?: Patient } = {}): Promise<Consent> {
      const { consent } = await store.consentRegister.register({
        organizationId: organization.id,
        number: `С-${randomUUID().slice(0, 8)}`,
        givenAt: new Date('2026-02-01T09:00:00.000Z'),
        scope: 'full',
        analyses: [],
        confirmationMethod: 'paper',
        validUntil: null,
        patient: PATIENT,
        actor: 'key-1',
        ...changes,
      })
      return consent
    },
    async withdraw(consentId: string, withdrawnAt?: Date): Promise<void> {
      const ended = await store.consentRegister.withdraw({
        organizationId: organization.id,
        id: consentId,
        ...(withdrawnAt && { withdrawnAt }),
        actor: 'key-1',
      })
      if (ended?.kind !== 'withdrawn') throw new Error(`not withdrawn: ${ended?.kind}`)
    },
    /** A template and the mapping that `labReport` needs; confirmed unless told otherwise. */
    async template(changes: Partial<Template> = {}, { confirmed = true } = {}): Promise<Template> {
      const template = await store.templates.save(
        organization.id,
        {
          code: 'blood-count',
          title: 'Общий анализ крови',
          // A service belongs to one template.
          serviceCodes: [changes.code ? `S-${changes.code}` : 'B03.016.002'],
          analysisCodes: [{ codeSystem: 'local', code: 'CBC' }],
          requiredFields: [],
          personalSignatures: 0,
          ...changes,
        },
        'key-1',
      )
      await store.codeMappings.put(organization.id, [HEMOGLOBIN], 'key-1')
      if (!confirmed) return template
      return (await store.templates.confirm(organization.id, template.code, 'key-1')) ?? template
    },
    async view(submissionId: string) {
      const view = await store.submissions.find(organization.id, submissionId)
      if (!view) throw new Error('no such submission')
      return view
    },
    /** Types of the events a step left, without those of the intake. */
    async events(submissionId: string): Promise<string[]> {
      const events = await store.submissions.events(organization.id, submissionId, 0)
      return events.map(({ type }) => type).filter((type) => !type.startsWith('submission.acc'))
    },
    /** A statement with one value, for what no port can bring about. */
    sql: rows,
    timeline: (submissionId: string) => store.submissions.events(organization.id, submissionId, 0),
    checks: (submissionId: string) =>
      rows<CheckRow>(
        'SELECT at, organization_id, consent_id, analysis, request, status, source, "user" FROM consent_check WHERE submission_id = $1 ORDER BY id',
        submissionId,
      ),
    /** The questions that only a person can answer. */
    questions: (submissionId: string) =>
      rows<{ code: string; details: Record<string, string[]>; decision: string | null }>(
        'SELECT code, details, decision FROM question WHERE submission_id = $1 ORDER BY decided_at NULLS LAST',
        submissionId,
      ),
    decide: (submissionId: string, decision: string) =>
      sqlClient.query(
        "UPDATE question SET decided_at = now(), decided_by = 'key-1', decision = $2 WHERE submission_id = $1 AND decided_at IS NULL",
        [submissionId, decision],
      ),
    notifications: (submissionId: string) =>
      rows<{ kind: string; recipient_role: string; outcome: string; code: string | null }>(
        'SELECT kind, recipient_role, outcome, code FROM notification WHERE submission_id = $1 ORDER BY seq',
        submissionId,
      ),
    /** Brings a submission to the moment before the step. */
    async assembled(changes: Partial<Report> = {}): Promise<string> {
      const id = await this.accept(changes)
      await run('checkConsent', { key: keyOf(id, 'check-consent') })
      await run('assembleDocument', { key: keyOf(id, 'assemble') })
      return id
    },
    async signed(changes: Partial<Report> = {}): Promise<string> {
      const id = await this.assembled(changes)
      await run('signDocument', {
        key: keyOf(id, 'sign'),
        certificateSerial: fakes.signer.certificate().serial,
      })
      return id
    },
    async sent(changes: Partial<Report> = {}): Promise<string> {
      const id = await this.signed(changes)
      await run('sendDocument', send(id))
      return id
    },
  }
}

interface CheckRow {
  at: Date
  organization_id: string
  consent_id: string | null
  analysis: string | null
  request: Record<string, unknown>
  status: string
  source: string
  user: string
}
