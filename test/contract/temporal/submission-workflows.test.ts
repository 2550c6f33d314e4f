import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CURRENT_PROTOCOL } from '../../../domain/submission/messages.ts'
import {
  consentWorkflowId,
  leftoverWorkflowId,
  notificationWorkflowId,
} from '../../../workflows/names.ts'
import { becomeReady, carryOn, end, heard } from './stub-workflows.ts'
import { startMessage, startTemporalRehearsal } from './temporal-rehearsal.ts'

let world: Awaited<ReturnType<typeof startTemporalRehearsal>>
beforeAll(async () => {
  world = await startTemporalRehearsal()
})
afterAll(() => world.close())

async function started({ ready = false } = {}) {
  const id = randomUUID()
  await world.workflows.deliver(startMessage(id))
  if (ready) await world.handle(id).signal(becomeReady)
  return id
}
async function ended() {
  const id = await started()
  await world.handle(id).signal(end)
  await world.handle(id).result()
  return id
}
const heardBy = async (id: string) => (await world.handle(id).query(heard)).slice(1)

describe('delivering a start', () => {
  it('twice makes one run, with references for input and what operators filter by', async () => {
    const id = await started()
    const first = await world.handle(id).describe()
    await world.workflows.deliver(startMessage(id))
    const second = await world.handle(id).describe()
    expect(second.runId).toBe(first.runId)
    const { policy, organizationId, version } = startMessage(id)
    expect(await world.handle(id).query(heard)).toEqual([
      ['input', { submissionId: id, version, organizationId, policy, protocol: CURRENT_PROTOCOL }],
    ])
    expect(first.searchAttributes).toMatchObject({
      GonetsPhase: ['checking-consent'],
      GonetsOrganization: ['lab-1'],
      GonetsRegistry: ['portal'],
      GonetsAnalysis: ['CBC'],
      GonetsNeedsAttention: [false],
    })
    expect(await first.staticSummary()).toContain('CBC')
    expect(Number(first.raw.executionConfig?.defaultWorkflowTaskTimeout?.seconds)).toBe(4)
  })

  it('gives the run its priority and laboratory, and the run that follows it too', async () => {
    const [urgent, usual] = [randomUUID(), randomUUID()]
    await world.workflows.deliver({ ...startMessage(urgent), priority: 1 })
    await world.workflows.deliver(startMessage(usual))
    await world.handle(urgent).signal(carryOn)
    const successor = async () => (await world.handle(urgent).query(heard))[0]
    await expect.poll(successor).toEqual(['input', 'carried on'])
    expect((await world.handle(urgent).describe()).priority).toMatchObject({
      priorityKey: 1,
      fairnessKey: 'lab-1',
    })
    expect((await world.handle(usual).describe()).priority).toMatchObject({ priorityKey: 3 })
  })

  it('does not start anew what has ended', async () => {
    const id = await ended()
    const { runId } = await world.handle(id).describe()
    await world.workflows.deliver(startMessage(id))
    expect(await world.handle(id).describe()).toMatchObject({
      runId,
      status: { name: 'COMPLETED' },
    })
  })

  it('leaves nothing readable in the history', async () => {
    const id = await started()
    const { events } = await world.handle(id).fetchHistory()
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
    expect(Buffer.from(payload?.metadata?.encoding ?? []).toString()).toBe(
      'binary/gonets-aes256gcm',
    )
    expect(Buffer.from(payload?.data ?? []).toString('latin1')).not.toContain(id)
  })
})

describe('delivering a fact', () => {
  it('reaches the run as it was', async () => {
    const id = await started({ ready: true })
    const submissionId = id
    await world.workflows.deliver({
      kind: 'registry-answered',
      submissionId,
      acknowledgementId: 'a-1',
    })
    await world.workflows.deliver({
      kind: 'consent-changed',
      submissionId,
      consentId: 'c-1',
      status: 'withdrawn',
    })
    await world.workflows.deliver({ kind: 'corrected', submissionId, version: 2, actor: 'user-7' })
    expect(await heardBy(id)).toEqual([
      ['registryAnswered', { acknowledgementId: 'a-1' }],
      ['consentChanged', { consentId: 'c-1', status: 'withdrawn' }],
      ['correct', { version: 2, actor: 'user-7' }],
    ])
  })

  it('is done when the run has ended or was never there', async () => {
    for (const submissionId of [await ended(), randomUUID()]) {
      await world.workflows.deliver({
        kind: 'registry-answered',
        submissionId,
        acknowledgementId: 'a-1',
      })
      await world.workflows.deliver({
        kind: 'corrected',
        submissionId,
        version: 2,
        actor: 'user-7',
      })
    }
  })

  it('stays undelivered while the run refuses it', async () => {
    const submissionId = await started()
    await expect(
      world.workflows.deliver({ kind: 'corrected', submissionId, version: 2, actor: 'user-7' }),
    ).rejects.toMatchObject({ code: 'update-refused', details: { reason: 'assembling' } })
  })
})

describe('a correction delivered again', () => {
  it('is done where the run has gone on to keep the result, and the next one is not', async () => {
    const { organizationId, registry, analysisCode } = startMessage(randomUUID())
    const submissionId = randomUUID()
    await world.workflows.deliver({
      ...{ kind: 'start-retention', submissionId, version: 2, organizationId, registry },
      ...{ analysisCode, retainUntil: '2031-01-01T00:00:00Z', lostBefore: '2026-01-01T00:00:00Z' },
    })
    const correct = (version: number) =>
      world.workflows.deliver({ kind: 'corrected', submissionId, version, actor: 'user-7' })
    await correct(2)
    await expect(correct(3)).rejects.toMatchObject({ code: 'update-refused' })
  })
})

describe('a person’s decision', () => {
  it('reaches the run with who and why', async () => {
    const id = await started({ ready: true })
    const { workflows } = world
    await workflows.approve(id, { actor: 'user-7' })
    await workflows.reject(id, { actor: 'user-7', reason: 'опечатка' })
    await workflows.retry(id, { actor: 'user-7' })
    await workflows.abandon(id, { actor: 'user-7', reason: 'дубль' })
    await workflows.deliver({ kind: 'hold-changed', submissionId: id, placed: true })
    await workflows.deliver({ kind: 'hold-changed', submissionId: id, placed: false })
    expect((await heardBy(id)).map(([name]) => name)).toEqual([
      'approve',
      'reject',
      'retry',
      'abandon',
      'placeHold',
      'releaseHold',
    ])
    expect((await heardBy(id)).slice(0, 4).map(([, decision]) => decision)).toEqual([
      { actor: 'user-7' },
      { actor: 'user-7', reason: 'опечатка' },
      { actor: 'user-7', reason: '' },
      { actor: 'user-7', reason: 'дубль' },
    ])
  })

  it('brings back what the run made of a signature', async () => {
    const id = await started({ ready: true })
    expect(await world.workflows.addSignature(id, { actor: 'user-7', blobId: 'blob-1' })).toEqual({
      accepted: false,
      code: 'signature-untrusted',
    })
    expect(await heardBy(id)).toEqual([['addSignature', { actor: 'user-7', blobId: 'blob-1' }]])
  })

  it('is asked again for a moment: the run may be behind what the database shows', async () => {
    const id = await started()
    const approved = world.workflows.approve(id, { actor: 'user-7' })
    await world.handle(id).signal(becomeReady)
    await approved
    expect((await heardBy(id)).map(([name]) => name)).toEqual(['approve'])
  })

  it('is refused with the code of the reason', async () => {
    const id = await started()
    await expect(world.workflows.approve(id, { actor: 'user-7' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'update-refused',
      class: 'permanent',
      details: { reason: 'assembling' },
    })
  })

  it('is refused where the run has ended', async () => {
    const id = await ended()
    const refused = { code: 'update-refused', details: { reason: 'ended' } }
    const { workflows } = world
    await expect(workflows.approve(id, { actor: 'u' })).rejects.toMatchObject(refused)
  })

  it('about destruction counts without a run: it stands in the row', async () => {
    const submissionId = await ended()
    await world.workflows.deliver({ kind: 'hold-changed', submissionId, placed: true })
  })

  it('to cancel ends the run', async () => {
    const id = await started()
    await world.workflows.cancel(id, { actor: 'user-7', reason: 'ошибка' })
    await expect(world.handle(id).result()).rejects.toThrow()
    expect((await world.handle(id).describe()).status.name).toBe('CANCELLED')
  })

  it('to cancel changes nothing where the run has ended, and knows a run that never was', async () => {
    const id = await ended()
    await world.workflows.cancel(id, { actor: 'user-7', reason: 'ошибка' })
    expect((await world.handle(id).describe()).status.name).toBe('COMPLETED')
    await expect(
      world.workflows.cancel(randomUUID(), { actor: 'user-7', reason: 'ошибка' }),
    ).rejects.toMatchObject({ code: 'update-refused', details: { reason: 'ended' } })
  })
})

describe('when nobody answers', () => {
  it('says so in time where no worker takes the update up', async () => {
    const id = randomUUID()
    const { workflows } = world.withoutWorker
    await workflows.deliver(startMessage(id))
    await expect(workflows.approve(id, { actor: 'user-7' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'temporal-unavailable',
      class: 'transient',
    })
  })

  it('is heard where there is one', async () => {
    await world.workflows.ping()
  })
})

describe('the watch of a consent', () => {
  it('is one run, told of every submission that enters', async () => {
    const consentId = randomUUID()
    const input = { consentId, recheckMs: 1000 }
    const handle = world.client.workflow.getHandle(consentWorkflowId(consentId))
    await world.watch.enter(input)
    const { runId } = await handle.describe()
    await world.watch.enter(input)
    expect((await handle.describe()).runId).toBe(runId)
    expect(await handle.query(heard)).toEqual([
      ['input', input],
      ['submissionEntered', null],
      ['submissionEntered', null],
    ])
  })

  it('begins anew where it had ended', async () => {
    const consentId = randomUUID()
    const handle = world.client.workflow.getHandle(consentWorkflowId(consentId))
    await world.watch.enter({ consentId, recheckMs: 1000 })
    await handle.signal(end)
    await handle.result()
    await world.watch.enter({ consentId, recheckMs: 1000 })
    expect((await handle.describe()).status.name).toBe('RUNNING')
  })
})

describe('telling people', () => {
  it('needs no run of the submission, and a repeat tells nobody twice', async () => {
    const submissionId = await ended()
    const told = { submissionId, version: 2, round: 1 }
    const message = { ...told, kind: 'tell', notification: 'question-asked' } as const
    await world.workflows.deliver(message)
    const notification = { ...told, kind: 'question-asked' } as const
    const handle = world.client.workflow.getHandle(notificationWorkflowId(notification))
    expect(await handle.result()).toEqual(notification)
    const { runId } = await handle.describe()
    await world.workflows.deliver(message)
    expect((await handle.describe()).runId).toBe(runId)
  })

  it('an answer for a run that has ended is delivered: the book has heard it', async () => {
    const submissionId = await ended()
    await world.workflows.deliver({
      kind: 'registry-answered',
      submissionId,
      acknowledgementId: 'late',
    })
  })
})

describe('a document that may be a leftover', () => {
  it('has a run of its own on each occasion, though that of the submission has ended', async () => {
    const submissionId = await ended()
    const message = { kind: 'leftover', submissionId, version: 2, occasion: randomUUID() } as const
    await world.workflows.deliver(message)
    await world.workflows.deliver(message)
    const handle = world.client.workflow.getHandle(
      leftoverWorkflowId(submissionId, message.occasion),
    )
    expect(await handle.result()).toEqual({ submissionId, version: 2 })
    const { runId } = await handle.describe()
    await world.workflows.deliver(message)
    expect((await handle.describe()).runId).toBe(runId)
    const again = { ...message, occasion: randomUUID() }
    await world.workflows.deliver(again)
    const next = world.client.workflow.getHandle(leftoverWorkflowId(submissionId, again.occasion))
    expect(await next.result()).toEqual({ submissionId, version: 2 })
  })
})
