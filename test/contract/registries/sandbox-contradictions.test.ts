import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Rehearsal, startRehearsal } from './rehearsal.ts'
import { sampleSubmission } from './sample-submission.ts'

let world: Rehearsal
beforeAll(async () => {
  world = await startRehearsal()
})
afterAll(() => world.close())
afterEach(() => world.clearFaults())

const timeoutMs = 5000

async function sent(mode: string) {
  const submission = sampleSubmission()
  const { documentId } = submission
  await world.fault({ target: 'portal', mode, match: { documentId } })
  await world.registry.submit({ submission, timeoutMs })
  return submission
}
const heard = (documentId: string) =>
  world.listener.received.flatMap(({ answer }) =>
    answer?.documentId === documentId ? [answer] : [],
  )
async function answers(documentId: string, count: number) {
  await expect.poll(() => heard(documentId).length).toBe(count)
  return heard(documentId)
}

describe('a portal that contradicts itself', () => {
  it.each([
    ['accepted-then-rejected', ['accepted', 'rejected']],
    ['rejected-then-accepted', ['rejected', 'accepted']],
  ])('%s: two messages, in order', async (mode, verdicts) => {
    const { documentId } = await sent(mode)
    const said = await answers(documentId, 2)
    expect(said.map(({ verdict }) => verdict)).toEqual(verdicts)
    expect(new Set(said.map(({ messageId }) => messageId)).size).toBe(2)
    const row = await world.row(documentId)
    expect(row?.answers.map(({ status }) => status)).toEqual(verdicts)
    const found = await world.registry.find({ documentId, timeoutMs })
    expect(found).toMatchObject({ kind: 'answered', answer: { verdict: verdicts[1] } })
  })

  it('accepts after it has given the document back', async () => {
    const { documentId } = await sent('accepted-after-withdrawal')
    const withdrawn = await world.registry.withdraw({ documentId, reason: 'ошибка', timeoutMs })
    const [answer] = await answers(documentId, 1)
    expect(answer?.verdict).toBe('accepted')
    if (withdrawn.kind !== 'withdrawn' || !withdrawn.at) throw new Error('not withdrawn')
    expect(answer?.answeredAt.getTime()).toBeGreaterThan(withdrawn.at.getTime())
    const row = await world.row(documentId)
    expect(row).toMatchObject({ withdrawnAt: withdrawn.at.toISOString(), status: 'accepted' })
  })

  it('accepts two documents under one number', async () => {
    const first = await sent('accept')
    const [one] = await answers(first.documentId, 1)
    const second = await sent('same-number')
    const [other] = await answers(second.documentId, 1)
    expect(other).toMatchObject({ verdict: 'accepted', registryId: one?.registryId })
  })

  it('says another thing under one message id', async () => {
    const { documentId } = await sent('same-message-id')
    const said = await answers(documentId, 2)
    expect(said.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected'])
    expect(new Set(said.map(({ messageId }) => messageId)).size).toBe(1)
  })

  it('gives a sign of life and the answer under one message id', async () => {
    const { documentId } = await sent('processing-same-id')
    const said = await answers(documentId, 2)
    expect(said.map(({ verdict }) => verdict)).toEqual(['processing', 'accepted'])
    expect(new Set(said.map(({ messageId }) => messageId)).size).toBe(1)
  })

  it('goes on with what it has planned after a restart', async () => {
    const submission = sampleSubmission()
    const { documentId } = submission
    const mode = 'rejected-then-accepted'
    await world.fault({ target: 'portal', mode, delayMs: 3_600_000, match: { documentId } })
    await world.registry.submit({ submission, timeoutMs })
    await answers(documentId, 1)
    await world.restart()
    expect((await answers(documentId, 2)).map(({ verdict }) => verdict)).toEqual([
      'rejected',
      'accepted',
    ])
  })
})

it('a registered document can be withdrawn, unless the portal refuses', async () => {
  const { documentId } = await sent('accept')
  await answers(documentId, 1)
  const input = { documentId, reason: 'не тот пациент', timeoutMs }
  await world.fault({ target: 'portal', mode: 'withdraw-refused', times: 1 })
  expect(await world.registry.withdraw(input)).toMatchObject({ kind: 'refused' })
  expect(await world.registry.withdraw(input)).toMatchObject({ kind: 'withdrawn' })
  const row = await world.row(documentId)
  expect(row).toMatchObject({ registrations: 1, withdrawnAt: expect.any(String) })
})
