import { randomUUID } from 'node:crypto'
import { temporal } from '@temporalio/proto'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { Runtime, Worker } from '@temporalio/worker'
import { inject } from 'vitest'
import type { Activities } from '../../activities/index.ts'
import { createDataConverter } from '../../adapters/temporal/data-converter.ts'
import type { ConsentChanged, Progress } from '../../domain/submission/messages.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import { findTestServer } from '../../stack/binaries/index.ts'
import { SearchAttributeName, submissionWorkflowId } from '../../workflows/names.ts'

const { IndexedValueType } = temporal.api.enums.v1
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const POLICY: Policy = {
  legalBasis: 'consent',
  consentPatienceMs: 30 * DAY,
  consentRecheckMs: DAY,
  watchAfterMs: HOUR,
  signaturePatienceMs: 7 * DAY,
  sendAttempts: 5,
  sendTimeoutMs: 30_000,
  pollFirstMs: HOUR,
  pollMaxMs: DAY,
  reminderMs: [24 * HOUR, 72 * HOUR],
  acknowledgementDeadlineMs: 15 * DAY,
  retentionMs: 1827 * DAY,
}

export const dataConverter = createDataConverter({
  active: 'test',
  keys: new Map([['test', Buffer.alloc(32, 7)]]),
})

let environment: TestWorkflowEnvironment | undefined

/** One time-skipping server per test file: its clock is one. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  Runtime.install({
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
  })
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await findTestServer() } },
    client: { dataConverter },
  })
  const { KEYWORD, BOOL, DATETIME } = {
    KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    BOOL: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  }
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: {
      [SearchAttributeName.phase]: KEYWORD,
      [SearchAttributeName.organization]: KEYWORD,
      [SearchAttributeName.registry]: KEYWORD,
      [SearchAttributeName.analysis]: KEYWORD,
      [SearchAttributeName.needsAttention]: BOOL,
      [SearchAttributeName.retainUntil]: DATETIME,
    },
  })
  return environment
}

type Call = {
  readonly step: keyof Activities
  readonly input: Record<string, unknown>
  readonly at: number
}

/**
 * A world without outside: every step succeeds unless a test says otherwise. Steps are called with the running world, so
 * that a step can act on the run (send a signal, press a button) while time stands still.
 */
export class World {
  readonly calls: Call[] = []
  readonly submissionId = randomUUID()
  readonly taskQueue = `test-${this.submissionId}`
  private firstRunId = ''
  private readonly children = new Set<string>()
  private readonly env: TestWorkflowEnvironment
  private readonly overrides: Partial<Activities>

  constructor(env: TestWorkflowEnvironment, overrides: Partial<Activities> = {}) {
    this.env = env
    this.overrides = overrides
  }

  now(): Promise<number> {
    return this.env.currentTimeMs()
  }

  handle() {
    return this.env.client.workflow.getHandle(submissionWorkflowId(this.submissionId))
  }

  /** History of the run before it continued as retention. */
  async firstRun() {
    const handle = this.env.client.workflow.getHandle(
      submissionWorkflowId(this.submissionId),
      this.firstRunId,
    )
    return (await handle.fetchHistory()).events ?? []
  }

  steps(): string[] {
    return this.calls.map((call) => call.step)
  }

  count(step: keyof Activities): number {
    return this.calls.filter((call) => call.step === step).length
  }

  inputs(step: keyof Activities): Record<string, unknown>[] {
    return this.calls.filter((call) => call.step === step).map((call) => call.input)
  }

  told(kind: string): number {
    return this.calls.filter((call) => call.step === 'sendNotification' && call.input.kind === kind)
      .length
  }

  async answered(acknowledgementId = 'ack-1'): Promise<void> {
    await this.handle().signal('registryAnswered', { acknowledgementId })
  }

  async consentIs(status: ConsentChanged['status']): Promise<void> {
    await this.handle().signal('consentChanged', { consentId: 'consent-1', status })
  }

  update(name: string, args: object): Promise<unknown> {
    return this.handle().executeUpdate(name, { args: [args] })
  }

  progress(): Promise<Progress> {
    return this.handle().query<Progress>('getProgress')
  }

  activities(): Activities {
    const known = { ...happy(this), ...this.overrides }
    return Object.fromEntries(
      Object.entries(known).map(([step, run]) => [
        step,
        async (input: Record<string, unknown>) => {
          if (step === 'sendNotification') await this.freeTime(input)
          this.calls.push({
            step: step as keyof Activities,
            input,
            at: await this.env.currentTimeMs(),
          })
          return await (run as (input: unknown) => Promise<unknown>)(input)
        },
      ]),
    ) as Activities
  }

  /** The test server locks its clock once for every child started and never unlocks it: given back here, once a child. */
  private async freeTime({ kind, version, round }: Record<string, unknown>): Promise<void> {
    const child = `${String(kind)}/${String(version)}/${String(round)}`
    if (this.children.has(child)) return
    this.children.add(child)
    await this.env.connection.testService.unlockTimeSkipping({})
  }

  /** Runs the submission to its end. `meanwhile` acts on it from outside; awaiting the end is what lets time skip. */
  async run(
    options: {
      policy?: Partial<Policy>
      meanwhile?: (world: World) => Promise<void>
      until?: (world: World) => Promise<unknown>
    } = {},
  ): Promise<unknown> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: this.activities(),
      dataConverter,
    })
    return await worker.runUntil(async () => {
      const handle = await this.env.client.workflow.start('submitAnalysis', {
        workflowId: submissionWorkflowId(this.submissionId),
        taskQueue: this.taskQueue,
        args: [
          {
            submissionId: this.submissionId,
            version: 1,
            organizationId: 'org-1',
            policy: { ...POLICY, ...options.policy },
          },
        ],
      })
      this.firstRunId = handle.firstExecutionRunId
      await options.meanwhile?.(this)
      if (options.until) return await options.until(this)
      return await handle.result()
    })
  }
}

function happy(world: World): Activities {
  const nothing = () => Promise.resolve()
  return {
    checkConsent: () => Promise.resolve({ kind: 'active', consentId: 'consent-1' }),
    requestConsent: nothing,
    watchLegalBasis: nothing,
    recheckConsent: () => Promise.resolve({ status: 'active', inFlight: [] }),
    assembleDocument: () =>
      Promise.resolve({ kind: 'assembled', templateConfirmed: true, certificateSerial: 'A1' }),
    approveDocument: nothing,
    signDocument: () => Promise.resolve({ kind: 'signed', personalSignatures: 0 }),
    verifySignature: () => Promise.resolve({ accepted: true, missing: 0 }),
    sendDocument: async () => {
      await world.answered()
      return { kind: 'taken' }
    },
    findInRegistry: () => Promise.resolve({ kind: 'taken' }),
    recordAnswer: async ({ retentionMs }) => ({
      kind: 'accepted',
      retainUntil: new Date((await world.now()) + retentionMs).toISOString(),
    }),
    withdrawDocument: () => Promise.resolve({ kind: 'withdrawn' }),
    voidDocument: nothing,
    raiseAttention: nothing,
    closeSubmission: nothing,
    sendNotification: () => Promise.resolve('sent'),
    sealRecord: () => Promise.resolve({ onHold: false }),
    destroyRecord: nothing,
  }
}
