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
const submit = (submission: RegistrySubmission, ms = timeoutMs) =>
  world.registry.submit({ submission, timeoutMs: ms })
const answersOf = (documentId: string) =>
  world.listener.received.filter((call) => call.answer?.documentId === documentId)
const oneAnswer = async (documentId: string) => {
  await expect.poll(() => answersOf(documentId).length).toBeGreaterThan(0)
  return answersOf(documentId)[0]?.answer
}

describe('answers of the portal', () => {
  it('accepts by default, with a number, to the address of the organisation', async () => {
    const submission = sampleSubmission()
    await submit(submission)
    const answer = await oneAnswer(submission.documentId)
    expect(answer).toMatchObject({ verdict: 'accepted', issues: [] })
    expect(answer?.registryId).toMatch(/^77\.75\.\d\d\.\d\d\.\d{9}$/)
    expect(answersOf(submission.documentId)[0]).toMatchObject({
      path: '/callbacks/portal/lab-1',
      signed: true,
    })
    const found = await world.registry.find({ documentId: submission.documentId, timeoutMs })
    expect(found).toMatchObject({ kind: 'answered', answer })
  })

  it.each([
    ['reject', 'rejected'],
    ['correction', 'correction-required'],
    ['clarification', 'clarification-required'],
  ])('%s gives %s with field and reason', async (mode, verdict) => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode, match: { documentId: submission.documentId } })
    await submit(submission)
    const answer = await oneAnswer(submission.documentId)
    expect(answer).toMatchObject({ verdict, registryId: undefined })
    expect(answer?.issues[0]?.pointer).toMatch(/^\//)
    expect(await world.row(submission.documentId)).toMatchObject({ registrations: 0 })
  })

  it('takes the reasons given with the switch', async () => {
    const reasons = [
      { code: 'policy_expired', field: '/patient/policy', message: 'Полис недействителен' },
    ]
    await world.fault({ target: 'portal', mode: 'reject', reasons, times: 1 })
    const submission = sampleSubmission()
    await submit(submission)
    expect((await oneAnswer(submission.documentId))?.issues).toEqual([
      {
        code: 'policy_expired',
        pointer: '/patient/policy',
        detail: 'Полис недействителен',
        severity: 'error',
      },
    ])
  })

  it('a switch for other analyses or only the first version leaves the rest alone', async () => {
    await world.fault({ target: 'portal', mode: 'reject', match: { analysisType: 'other' } })
    await world.fault({
      target: 'portal',
      mode: 'correction',
      match: { versionNumber: 1, analysisType: 'x' },
    })
    const first = sampleSubmission({ analysisType: 'x' })
    const second = sampleSubmission({ analysisType: 'x', versionNumber: 2 })
    await submit(first)
    await submit(second)
    expect((await oneAnswer(first.documentId))?.verdict).toBe('correction-required')
    expect((await oneAnswer(second.documentId))?.verdict).toBe('accepted')
  })

  it('silent: taken, never answered, also not on asking', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'silent', times: 1 })
    await submit(submission)
    const later = sampleSubmission()
    await submit(later)
    await oneAnswer(later.documentId)
    expect(answersOf(submission.documentId)).toEqual([])
    const found = await world.registry.find({ documentId: submission.documentId, timeoutMs })
    expect(found.kind).toBe('taken')
  })

  it('repeat: the same message several times', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'repeat', copies: 3, times: 1 })
    await submit(submission)
    await expect.poll(() => answersOf(submission.documentId).length).toBe(3)
    expect(
      new Set(answersOf(submission.documentId).map((call) => call.answer?.messageId)).size,
    ).toBe(1)
  })

  it('early: the callback is there before the receipt', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'early', times: 1 })
    const seenAtReceipt = await submit(submission).then(
      () => answersOf(submission.documentId).length,
    )
    expect(seenAtReceipt).toBe(1)
  })

  it('repeats a callback until it is taken', async () => {
    world.listener.refuse(3, 500)
    const submission = sampleSubmission()
    await submit(submission)
    await expect.poll(() => answersOf(submission.documentId).length).toBe(4)
    await expect.poll(async () => (await world.row(submission.documentId))?.delivered).toBe(true)
  })

  it.each(['bad-signature', 'stale'])(
    'callback %s is refused by us, the next try is good',
    async (mode) => {
      await world.fault({ target: 'callback', mode, times: 1 })
      const submission = sampleSubmission()
      await submit(submission)
      await expect
        .poll(() => answersOf(submission.documentId).map((call) => call.status))
        .toEqual([401, 204])
    },
  )
})

describe('losses on the way', () => {
  it('timeout-after-accept: we time out, the document is registered once', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'timeout-after-accept', delayMs: 60_000, times: 1 })
    await expect(submit(submission, 100)).rejects.toMatchObject({
      code: 'registry-timeout',
      class: 'ambiguous',
    })
    await oneAnswer(submission.documentId)
    await submit(submission)
    expect(await world.row(submission.documentId)).toMatchObject({ posts: 2, registrations: 1 })
  })

  it('cut: nothing was taken, and asking says so', async () => {
    const submission = sampleSubmission()
    await world.fault({ target: 'portal', mode: 'cut', times: 1 })
    await expect(submit(submission)).rejects.toMatchObject({ class: 'ambiguous' })
    const { documentId } = submission
    expect(await world.registry.find({ documentId, timeoutMs })).toEqual({ kind: 'not-found' })
    expect((await world.overview()).notTaken).toContainEqual({
      documentId,
      posts: 1,
      registrations: 0,
    })
  })

  it('slow: answers after the delay', async () => {
    await world.fault({ target: 'portal', mode: 'slow', delayMs: 60_000, times: 1 })
    await expect(submit(sampleSubmission(), 80)).rejects.toMatchObject({ code: 'registry-timeout' })
  })

  it.each([
    [{ mode: 'error-5xx' }, { code: 'registry-connection-lost' }],
    [
      { mode: 'error-5xx', status: 503, retryAfterSeconds: 2 },
      { code: 'registry-busy', retryAfterMs: 2000 },
    ],
    [{ mode: 'error-5xx', processed: true }, { code: 'registry-connection-lost' }],
    [{ mode: 'garbage' }, { code: 'registry-connection-lost' }],
    [{ mode: 'rate-limit' }, { code: 'registry-busy', retryAfterMs: 1000 }],
    [{ mode: 'unauthorized' }, { code: 'registry-access-denied' }],
  ])('%j', async (fault, error) => {
    await world.fault({ target: 'portal', ...fault, times: 1 })
    const submission = sampleSubmission()
    await expect(submit(submission)).rejects.toMatchObject(error)
    expect((await submit(submission)).kind).toBe('taken')
  })

  it('too-large and refuse-422 are refusals', async () => {
    await world.fault({ target: 'portal', mode: 'too-large', times: 1 })
    await world.fault({ target: 'portal', mode: 'refuse-422', times: 1 })
    const submission = sampleSubmission()
    expect(await submit(submission)).toMatchObject({
      kind: 'refused',
      issues: [{ code: 'package-too-large' }],
    })
    expect(await submit(submission)).toMatchObject({
      kind: 'refused',
      issues: [{ pointer: '/analysis/code' }],
    })
  })
})
