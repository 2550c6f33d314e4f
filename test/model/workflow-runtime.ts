import { AsyncLocalStorage } from 'node:async_hooks'
import { ActivityFailure, type ApplicationFailure, RetryState } from '@temporalio/common'

/**
 * Runs the product's own workflow code in this process, without a server: signals, updates, conditions and timers as
 * Temporal gives them, activities by whoever is asked. Time is the world's and stands still until everybody rests.
 */
export interface Host {
  /** One activity, once; the host decides when it runs. Failures as Temporal would hand them to the workflow. */
  activity(run: Run, name: string, input: unknown): Promise<unknown>
  now(): number
}

type Handler = (...args: unknown[]) => unknown
interface Registered {
  readonly handler: Handler
  readonly validator?: ((...args: unknown[]) => void) | undefined
}
interface Waiting {
  readonly holds: () => boolean
  readonly deadline: number
  resolve(happened: boolean): void
}

const current = new AsyncLocalStorage<Run>()
const here = (): Run => {
  const run = current.getStore()
  if (!run) throw new Error('workflow code runs inside a run')
  return run
}

class ContinuedAsNew {
  readonly workflow: string
  readonly input: unknown
  constructor(workflow: string, input: unknown) {
    this.workflow = workflow
    this.input = input
  }
}

export type Workflows = Readonly<Record<string, (input: never) => Promise<unknown>>>

export class Run {
  readonly id: string
  readonly host: Host
  ended = false
  /** What went wrong in the workflow's own code: always a defect. */
  failure: unknown
  private readonly workflows: Workflows
  private handlers = new Map<string, Registered>()
  private buffered: { name: string; args: unknown[] }[] = []
  private waiting: Waiting[] = []

  constructor(id: string, host: Host, workflows: Workflows) {
    this.id = id
    this.host = host
    this.workflows = workflows
  }

  start(name: string, input: unknown): void {
    const workflow = this.workflows[name] as ((input: unknown) => Promise<unknown>) | undefined
    if (!workflow) throw new Error(`no workflow ${name}`)
    this.handlers = new Map()
    this.waiting = []
    void current.run(this, async () => {
      try {
        await workflow(input)
        this.ended = true
      } catch (error) {
        if (error instanceof ContinuedAsNew) return this.start(error.workflow, error.input)
        this.failure = error
        this.ended = true
      }
    })
  }

  signal(name: string, ...args: unknown[]): void {
    const registered = this.handlers.get(name)
    if (registered) current.run(this, () => registered.handler(...args))
    else this.buffered.push({ name, args })
    this.look()
  }

  /** False: the validator said no. */
  update(name: string, ...args: unknown[]): boolean {
    const registered = this.handlers.get(name)
    if (!registered) return false
    try {
      current.run(this, () => registered.validator?.(...args))
    } catch {
      return false
    }
    void current.run(this, () => registered.handler(...args))
    this.look()
    return true
  }

  handle(name: string, registered: Registered): void {
    this.handlers.set(name, registered)
    const early = this.buffered.filter((one) => one.name === name)
    this.buffered = this.buffered.filter((one) => one.name !== name)
    for (const { args } of early) registered.handler(...args)
  }

  condition(holds: () => boolean, timeoutMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (holds()) return Promise.resolve(true)
    return new Promise((resolve) => {
      this.waiting.push({ holds, deadline: this.host.now() + timeoutMs, resolve })
    })
  }

  /** Lets go whatever need not wait any longer. */
  look(): void {
    const now = this.host.now()
    for (const one of [...this.waiting]) {
      const happened = one.holds()
      if (!happened && one.deadline > now) continue
      this.waiting = this.waiting.filter((other) => other !== one)
      one.resolve(happened)
    }
  }

  nextDeadline(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.waiting.map(({ deadline }) => deadline))
  }
}

type Duration = string | number
const UNITS: Readonly<Record<string, number>> = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5 }

function msToNumber(time: Duration): number {
  if (typeof time === 'number') return time
  const [, count, unit = ''] = /^(\d+) (second|minute|hour|day)s?$/.exec(time) ?? []
  const factor = UNITS[unit]
  if (factor === undefined) throw new Error(`a duration like ${time} is not known here`)
  return Number(count) * factor
}

/** What takes the place of the functions of `@temporalio/workflow` that reach for its sandbox. */
export const runtime = {
  proxyActivities: () =>
    new Proxy(
      {},
      {
        get: (_, name: string) => (input: unknown) => {
          const run = here()
          return run.host.activity(run, name, input)
        },
      },
    ),
  condition: (holds: () => boolean, timeout?: Duration) =>
    here().condition(holds, timeout === undefined ? undefined : msToNumber(timeout)),
  sleep: async (time: Duration) => {
    await here().condition(() => false, msToNumber(time))
  },
  setHandler: (
    { name }: { name: string },
    handler: Handler,
    options?: { validator?: Registered['validator'] },
  ) => here().handle(name, { handler, validator: options?.validator }),
  workflowInfo: () => ({
    taskTimeoutMs: 4_000,
    continueAsNewSuggested: false,
    typedSearchAttributes: { updateCopy: () => ({}) },
  }),
  makeContinueAsNewFunc:
    ({ workflowType }: { workflowType: string }) =>
    (input: unknown) =>
      Promise.reject(new ContinuedAsNew(workflowType, input)),
  CancellationScope: { nonCancellable: <T>(work: () => Promise<T>) => work() },
  isCancellation: () => false,
  allHandlersFinished: () => true,
  patched: () => true,
  startChild: async () => ({}),
  upsertSearchAttributes: () => {},
  setCurrentDetails: () => {},
  log: { info: () => {}, warn: () => {}, error: () => {} },
}

/** A failure that no repeat helps, as the workflow meets it. */
export function toActivityFailure(name: string, cause: ApplicationFailure): ActivityFailure {
  return new ActivityFailure(cause.message, name, name, RetryState.NON_RETRYABLE_FAILURE, '', cause)
}
