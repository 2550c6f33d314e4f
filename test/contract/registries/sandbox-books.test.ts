import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RegistrySubmission } from '../../../adapters/registries/port.ts'
import { type Rehearsal, startRehearsal } from './rehearsal.ts'
import { sampleSubmission } from './sample-submission.ts'

let world: Rehearsal
beforeAll(async () => {
  world = await startRehearsal()
})
afterAll(() => world.close())
afterEach(() => world.clearFaults())

const timeoutMs = 5000
const submit = (submission: RegistrySubmission) => world.registry.submit({ submission, timeoutMs })
const answersOf = (documentId: string) =>
  world.listener.received.filter((call) => call.answer?.documentId === documentId)
const oneAnswer = async (documentId: string) => {
  await expect.poll(() => answersOf(documentId).length).toBeGreaterThan(0)
  return answersOf(documentId)[0]?.answer
}

describe('the books', () => {
  it('survive a restart, with what was unanswered and undelivered', async () => {
    const done = sampleSubmission()
    await submit(done)
    await oneAnswer(done.documentId)
    const late = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'late', delayMs: 60_000, times: 1 })
    await submit(late)
    const undelivered = sampleSubmission()
    world.listener.refuse(1, 500)
    await world.fault({
      target: 'callback',
      mode: 'silent',
      match: { documentId: undelivered.documentId },
    })
    await submit(undelivered)
    await expect
      .poll(async () => (await world.row(undelivered.documentId))?.status)
      .toBe('accepted')
    const before = await world.row(done.documentId)

    await world.restart()
    expect(await world.row(done.documentId)).toEqual(before)
    expect((await submit(done)).kind).toBe('taken')
    expect((await oneAnswer(late.documentId))?.verdict).toBe('accepted')
    await expect.poll(async () => (await world.row(undelivered.documentId))?.delivered).toBe(true)
    expect((await world.overview()).totals.registeredTwice).toBe(0)
  })

  it('show a version that was registered twice under two numbers', async () => {
    const first = sampleSubmission()
    const twin = { ...sampleSubmission(), setId: first.setId }
    await submit(first)
    await submit(twin)
    await expect.poll(async () => (await world.overview()).totals.registeredTwice).toBe(1)
  })

  it('a document withdrawn before the answer is not answered, also not after a restart', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'late', delayMs: 60_000, times: 1 })
    await submit(submission)
    const { documentId } = submission
    await world.registry.withdraw({ documentId, reason: 'Согласие отозвано', timeoutMs })
    await world.restart()
    const later = sampleSubmission()
    await submit(later)
    await oneAnswer(later.documentId)
    const row = await world.row(documentId)
    expect(row).toMatchObject({ status: 'processing', registrations: 0 })
    expect(row?.withdrawnAt).not.toBeNull()
    expect(answersOf(documentId)).toEqual([])
  })
})
