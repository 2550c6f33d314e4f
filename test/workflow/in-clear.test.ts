import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import { expect, it } from 'vitest'
import type { SendOutcome } from '../../domain/submission/outcomes.ts'
import { submissionWorkflowId } from '../../workflows/names.ts'
import { POLICY } from '../support/sample-policy.ts'
import { inTurn } from '../support/scripted-steps.ts'
import { TASK_QUEUE } from '../support/workflow-servers.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
/** Whoever has Web UI at hand and no key of ours. */
const stranger = (world: World) =>
  new Client({ connection: world.connection, namespace: world.namespace })

it('a run that somebody starts in clear ends at once and does nothing', async () => {
  const world = newWorld()
  const input = {
    ...{ submissionId: world.submissionId, version: 1, organizationId: 'org-1', protocol: 2 },
    policy: { ...POLICY, legalBasis: 'law', retentionMs: 0 },
  }
  for (const [workflow, id] of [
    ['submitAnalysis', submissionWorkflowId(world.submissionId)],
    ['retainSubmission', `retain-${world.submissionId}`],
    ['withdrawLeftover', `leftover-${world.submissionId}`],
  ] as const) {
    const options = { workflowId: id, taskQueue: TASK_QUEUE, args: [input] }
    await stranger(world).workflow.start(workflow, options)
    await expect(world.handleOf(id).result()).rejects.toMatchObject({
      cause: { type: 'input-unsealed' },
    })
  }
  expect(world.calls).toEqual([])
})

it('what somebody says in clear is not heard, and the run goes on', async () => {
  const world = newWorld({ sendDocument: inTurn<SendOutcome>({ kind: 'taken' }) })
  const end = await world.run({
    meanwhile: async () => {
      await world.reaches('awaiting-acknowledgement')
      const handle = stranger(world).workflow.getHandle(submissionWorkflowId(world.submissionId))
      await handle.signal('superseded', { reason: 'other-patient' })
      await handle.signal('registryAnswered', { acknowledgementId: randomUUID() })
      const forged = { args: [{ actor: 'чужой', reason: 'x' }] as [object] }
      await expect(handle.executeUpdate('retry', forged)).rejects.toThrow()
      expect(world.count('recordAnswer')).toBe(0)
      await world.answered()
    },
  })
  expect(end).toBeUndefined()
  expect(world.inputs('recordAnswer')).toMatchObject([{ acknowledgementId: 'ack-1' }])
  expect(world.count('withdrawDocument')).toBe(0)
})
