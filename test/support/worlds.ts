import { activityInfo } from '@temporalio/activity'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, inject } from 'vitest'
import { beating } from '../../activities/beating.ts'
import type { Activities } from '../../activities/index.ts'
import { happySteps } from './happy-steps.ts'
import { dataConverter, startTimeSkipping, TASK_QUEUE } from './workflow-servers.ts'
import { type Overrides, World } from './workflow-world.ts'

/** A test file's worlds: one server and one worker for all of them, taken down at the end. */
export function worlds(start = startTimeSkipping): (overrides?: Overrides) => World {
  const known: World[] = []
  let env: TestWorkflowEnvironment
  let worker: Worker
  let working: Promise<void>
  beforeAll(async () => {
    env = await start()
    worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: stepsOf(known, new World(env)),
      dataConverter,
    })
    working = worker.run()
  })
  afterAll(async () => {
    worker.shutdown()
    await working
    await env.teardown()
  })
  return (overrides) => {
    const world = new World(env, overrides)
    known.push(world)
    return world
  }
}

/** A step belongs to the world whose submission the workflow's id names. */
function stepsOf(known: readonly World[], pattern: World): object {
  return Object.fromEntries(
    Object.keys(happySteps(pattern)).map((step) => [
      step,
      // A loaded machine is late, not dead.
      beating(async (input: Record<string, unknown>) => {
        const { workflowId = '' } = activityInfo().workflowExecution ?? {}
        const world = known.find(({ submissionId }) => workflowId.includes(submissionId))
        if (!world) throw new Error(`no world for ${workflowId}`)
        return await world.take(step as keyof Activities, input)
      }),
    ]),
  )
}
