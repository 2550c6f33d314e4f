import { randomUUID } from 'node:crypto'
import type {
  WorkflowHandleWithFirstExecutionRunId,
  WorkflowUpdateHandle,
} from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { Activities } from '../../activities/index.ts'
import {
  type ConsentChanged,
  CURRENT_PROTOCOL,
  type Progress,
  type SubmissionInput,
} from '../../domain/submission/messages.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { happySteps } from './happy-steps.ts'
import { CONSENT_ID, POLICY } from './sample-policy.ts'
import { unheardChildren } from './unheard-children.ts'
import { TASK_QUEUE } from './workflow-servers.ts'

export type Overrides = Partial<{
  [Step in keyof Activities]: (
    input: Parameters<Activities[Step]>[0],
    world: World,
  ) => ReturnType<Activities[Step]>
}>

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
  private firstRunId = ''
  private freed = 0
  private beside: 'nobody' | 'expected' | 'acting' = 'nobody'
  private readonly env: TestWorkflowEnvironment
  private readonly overrides: Overrides

  constructor(env: TestWorkflowEnvironment, overrides: Overrides = {}) {
    this.env = env
    this.overrides = overrides
  }

  get connection() {
    return this.env.connection
  }

  get namespace() {
    return this.env.namespace ?? 'default'
  }

  now(): Promise<number> {
    return this.env.currentTimeMs()
  }

  handle() {
    return this.handleOf(submissionWorkflowId(this.submissionId))
  }

  handleOf(workflowId: string) {
    return this.env.client.workflow.getHandle(workflowId)
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
    await this.handle().signal('consentChanged', { consentId: CONSENT_ID, status })
  }

  update(name: string, args: object): Promise<unknown> {
    return this.handle().executeUpdate(name, { args: [args] })
  }

  /** Presses a button without waiting for its answer, which may come only when time moves. */
  async press(
    name: string,
    args: object = { actor: 'Оператор', reason: 'решено' },
  ): Promise<WorkflowUpdateHandle<unknown>> {
    return await this.handle().startUpdate(name, { args: [args], waitForStage: 'ACCEPTED' })
  }

  /**
   * Polls until the run stands still in a phase; says where it stands when it does not get there. Not across the end of a
   * run: the test server never answers a question that arrives then, and its clock stays locked.
   */
  async reaches(phase: Phase): Promise<Progress> {
    let seen: Progress | undefined
    for (let look = 0; look < 400; look += 1) {
      seen = await this.progress()
      if (seen.phase === phase && seen.waitingFor !== undefined) return seen
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    throw new Error(
      `waited for ${phase}, stands in ${seen?.phase} after ${this.steps().join(', ')}`,
    )
  }

  /** Polls until the world has seen something happen. */
  async sees(happened: (world: World) => boolean): Promise<void> {
    for (let look = 0; !happened(this); look += 1) {
      if (look === 400) throw new Error(`waited in vain after ${this.steps().join(', ')}`)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  /** What Web UI shows while the run waits. */
  async details(): Promise<string> {
    const { currentDetails } = await this.handle().query<{ currentDetails: string }>(
      '__temporal_workflow_metadata',
    )
    return currentDetails
  }

  /** Every value a search attribute of the first run was given, in order. */
  async published(name: string): Promise<unknown[]> {
    return (await this.firstRun()).flatMap((event) => {
      const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes
      const data = fields?.indexedFields?.[name]?.data
      return data ? [JSON.parse(Buffer.from(data).toString())] : []
    })
  }

  progress(): Promise<Progress> {
    return this.handle().query<Progress>('getProgress')
  }

  /** Does one step, as the activity of that name. */
  async take(step: keyof Activities, input: Record<string, unknown>): Promise<unknown> {
    if (step === 'sealRecord') await this.freeTime()
    if (step === 'raiseAttention' && this.beside === 'expected') await this.stopTime()
    this.calls.push({ step, input, at: await this.env.currentTimeMs() })
    const run = { ...happySteps(this), ...this.overrides }[step]
    return await (run as (input: unknown, world: World) => Promise<unknown>)(input, this)
  }

  private async actBeside(act: ((world: World) => Promise<void>) | undefined): Promise<void> {
    if (!act) return
    await this.sees(() => this.beside === 'acting')
    await act(this)
    await this.env.connection.testService?.unlockTimeSkipping({})
  }

  /** A run that waits for a person has no timer: the clock would skip ten years to where the server gives it up. */
  private async stopTime(): Promise<void> {
    await this.env.connection.testService?.lockTimeSkipping({})
    this.beside = 'acting'
  }

  /** Ends what a test left running. A task cut off by that would keep the server's clock locked: it is waited out. */
  private async end(): Promise<void> {
    const { status } = await this.handle().describe()
    if (status.name !== 'RUNNING') return await this.freeTime()
    for (let look = 0; look < 100; look += 1) {
      const events = await this.firstRun()
      const task = events.findLast(
        (event) =>
          event.workflowTaskScheduledEventAttributes ??
          event.workflowTaskStartedEventAttributes ??
          event.workflowTaskCompletedEventAttributes,
      )
      if (task?.workflowTaskCompletedEventAttributes && unheardChildren(events) === 0) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await this.handle().terminate()
    await this.freeTime()
  }

  /**
   * The test server locks its clock for every child and unlocks it when the parent hears of the child's end. A parent
   * that has ended first never hears: what is left locked is given back here.
   */
  private async freeTime(): Promise<void> {
    for (
      const children = unheardChildren(await this.firstRun());
      this.freed < children;
      this.freed += 1
    )
      await this.env.connection.testService?.unlockTimeSkipping({})
  }

  /**
   * Runs the submission to its end. Awaiting the end is what lets time skip: `meanwhile` acts before, while the clock
   * stands; `onceHeld` acts after it has skipped, from the first time the run becomes a task for a person.
   */
  async run(
    options: {
      policy?: Partial<Policy>
      input?: Partial<SubmissionInput>
      meanwhile?: (world: World) => Promise<void>
      onceHeld?: (world: World) => Promise<void>
      until?: (world: World) => Promise<unknown>
    } = {},
  ): Promise<unknown> {
    const handle = await this.start('submitAnalysis', submissionWorkflowId(this.submissionId), {
      submissionId: this.submissionId,
      version: 1,
      organizationId: 'org-1',
      policy: { ...POLICY, ...options.policy },
      protocol: CURRENT_PROTOCOL,
      ...options.input,
    })
    this.firstRunId = handle.firstExecutionRunId
    try {
      await options.meanwhile?.(this)
      if (options.until) return await options.until(this)
      if (options.onceHeld) this.beside = 'expected'
      const [end] = await Promise.all([handle.result(), this.actBeside(options.onceHeld)])
      return end
    } finally {
      await this.end()
    }
  }

  /** Starts any workflow of the product in this world. Its id names the submission, or the world's steps are not found. */
  start(
    workflow: string,
    workflowId: string,
    input: object,
  ): Promise<WorkflowHandleWithFirstExecutionRunId> {
    return this.env.client.workflow.start(workflow, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [input],
    })
  }

  /** Lets time pass without awaiting any run. */
  async passes(ms: number): Promise<void> {
    await this.env.sleep(ms)
  }
}
