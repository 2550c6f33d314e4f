import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRegistryWorld, type RegistryWorld } from './registry-words.ts'

let world: RegistryWorld
beforeAll(async () => {
  world = await createRegistryWorld()
})
afterAll(() => world.close())

const stored = (result: Awaited<ReturnType<RegistryWorld['say']>>) => {
  if (result.kind !== 'stored') throw new Error(result.kind)
  return result.acknowledgementId
}
/** Two versions of one submission; the first was refused. */
async function corrected() {
  const first = await world.accept()
  await world.say(first.documentId, { verdict: 'correction-required' })
  await world.bringTo(first, { phase: 'needs-correction', lastVerdict: 'correction-required' })
  const second = await world.correct(first.id)
  return { id: first.id, first: first.documentId, second: second.documentId }
}

describe('the registry contradicts itself', () => {
  test('accepted, then rejected: a person is asked, with both answers, and it stays registered', async () => {
    const { id, documentId } = await world.accept()
    const yes = stored(await world.say(documentId, { verdict: 'accepted' }))
    const submission = await world.view(id)
    await world.bringTo(submission, { phase: 'retained', lastVerdict: 'accepted' })
    const no = stored(await world.say(documentId, { verdict: 'rejected' }))
    const view = await world.view(id)
    expect(view).toMatchObject({
      status: 'disputed',
      registered: { documentId, versionNumber: 1, registryId: `N-${documentId}` },
      questions: [
        {
          code: 'registry-contradicts',
          details: { documentId, version: 1, acknowledgements: [yes, no] },
        },
      ],
      versions: [{ registry: { state: 'contradicted', believed: 'accepted' } }],
    })
    expect(await world.events(id)).toContain('registry.contradicted')
    expect(await world.messages(id)).toContainEqual({
      kind: 'tell',
      submissionId: id,
      version: 1,
      notification: 'question-asked',
      round: 1,
    })
    const listed = await world.store.submissions.list(view.organizationId, {
      status: 'disputed',
      limit: 10,
    })
    expect(listed.items.map((item) => item.id)).toEqual([id])
  })

  test.each([
    ['accepted', 'accepted', 'accepted'],
    ['refused', 'rejected', 'refused'],
  ] as const)('a person decides "%s" of what is kept', async (decision, status, state) => {
    const { id, documentId } = await world.accept()
    await world.say(documentId, { verdict: 'accepted' })
    await world.bringTo(await world.view(id), {
      phase: 'retained',
      lastVerdict: 'accepted',
      registryId: `N-${documentId}`,
    })
    await world.say(documentId, { verdict: 'rejected' })
    await world.decide(id, 'registry-contradicts', decision)
    expect(await world.view(id)).toMatchObject({
      status,
      questions: [],
      registryId: decision === 'accepted' ? `N-${documentId}` : null,
      versions: [{ registry: { state } }],
    })
  })

  test('rejected, then accepted: registered, a person is asked, the correction names it', async () => {
    const { id, documentId } = await world.accept()
    await world.say(documentId, { verdict: 'rejected' })
    await world.bringTo(await world.view(id), {
      phase: 'needs-correction',
      lastVerdict: 'rejected',
    })
    const yes = stored(await world.say(documentId, { verdict: 'accepted' }))
    expect(await world.view(id)).toMatchObject({
      status: 'disputed',
      registered: { documentId },
      questions: [{ code: 'registry-contradicts' }],
    })
    await world.messages(id)
    await world.decide(id, 'registry-contradicts', 'accepted')
    expect(await world.view(id)).toMatchObject({ status: 'accepted', questions: [] })
    expect(await world.messages(id), 'the run reads it again').toEqual([
      { kind: 'registry-answered', submissionId: id, acknowledgementId: yes },
    ])
    await world.correct(id)
    expect(await world.load(id, 2)).toMatchObject({
      versionNumber: 2,
      replacesDocumentId: documentId,
    })
    expect((await world.load(id, 1)).replacesDocumentId).toBeUndefined()
  })

  test('version 1 accepted while version 2 is out, and version 2 rejected: people see both', async () => {
    const { id, first, second } = await corrected()
    await world.bringTo(await world.view(id), { phase: 'awaiting-acknowledgement' })
    await world.say(first, { verdict: 'accepted' })
    await world.say(second, { verdict: 'rejected' })
    await world.bringTo(await world.view(id), {
      phase: 'needs-correction',
      lastVerdict: 'rejected',
    })
    expect(await world.view(id)).toMatchObject({
      status: 'rejected',
      registered: { documentId: first, versionNumber: 1 },
      questions: [{ code: 'registry-contradicts', details: { documentId: first, version: 1 } }],
      versions: [
        { registry: { state: 'contradicted', believed: 'accepted' } },
        { registry: { state: 'refused', verdict: 'rejected' } },
      ],
    })
    await world.correct(id)
    expect((await world.load(id, 3)).replacesDocumentId).toBe(first)
  })

  test('two documents of a submission are asked about one after the other', async () => {
    const { id, first, second } = await corrected()
    await world.say(first, { verdict: 'accepted' })
    await world.say(second, { verdict: 'accepted' })
    await world.say(second, { verdict: 'rejected' })
    const asked = async () =>
      (await world.view(id)).questions.map(({ details }) => details.documentId)
    expect(await asked()).toEqual([first])
    await world.decide(id, 'registry-contradicts', 'refused')
    expect(await asked()).toEqual([second])
    await world.decide(id, 'registry-contradicts', 'accepted')
    expect(await world.view(id)).toMatchObject({
      registered: { documentId: second },
      versions: [
        { registry: { state: 'refused', verdict: 'correction-required' } },
        { registry: { state: 'accepted' } },
      ],
    })
    const told = (await world.messages(id)).filter(({ kind }) => kind === 'tell')
    expect(told.map((message) => 'round' in message && message.round)).toEqual([1, 2])
  })
})

describe('the registry accepts what it has given back', () => {
  async function withdrawn(arrived = true) {
    const { id, documentId } = await world.accept()
    const at = new Date('2026-03-01T09:00:00Z')
    await world.withdraw(id, { at, arrived })
    await world.bringTo(await world.view(id), { phase: 'cancelled', reason: 'consent-withdrawn' })
    return { id, documentId, at }
  }

  test('later: a person is asked although no run lives, and people see that it is registered', async () => {
    const { id, documentId, at } = await withdrawn()
    expect(await world.view(id)).toMatchObject({ status: 'stopped', registered: null })
    await world.say(documentId, { verdict: 'accepted', answeredAt: new Date(at.getTime() + 1) })
    expect(await world.view(id)).toMatchObject({
      phase: 'cancelled',
      status: 'disputed',
      registered: { documentId },
      questions: [{ code: 'registry-contradicts' }],
    })
    expect((await world.messages(id)).map(({ kind }) => kind)).toContain('tell')
    await world.decide(id, 'registry-contradicts', 'refused')
    expect(await world.view(id)).toMatchObject({
      status: 'stopped',
      registered: null,
      versions: [{ registry: { state: 'withdrawn' } }],
    })
  })

  test('a person finds that it is registered', async () => {
    const { id, documentId, at } = await withdrawn()
    await world.say(documentId, { verdict: 'accepted', answeredAt: new Date(at.getTime() + 1) })
    await world.decide(id, 'registry-contradicts', 'accepted')
    expect(await world.view(id)).toMatchObject({ status: 'accepted', registered: { documentId } })
  })

  test('before, and the answer comes late: nothing is asked', async () => {
    const { id, documentId, at } = await withdrawn()
    await world.say(documentId, { verdict: 'accepted', answeredAt: at })
    expect(await world.view(id)).toMatchObject({
      status: 'stopped',
      registered: null,
      questions: [],
    })
  })

  test('though it said that it never had it: whatever the clocks say, a person is asked', async () => {
    const { id, documentId, at } = await withdrawn(false)
    await world.say(documentId, { verdict: 'accepted', answeredAt: new Date(at.getTime() - 1) })
    expect(await world.view(id)).toMatchObject({ status: 'disputed', registered: { documentId } })
  })

  test('a withdrawal ends the dispute: it is not registered', async () => {
    const { id, documentId } = await world.accept()
    await world.say(documentId, { verdict: 'accepted' })
    await world.bringTo(await world.view(id), { phase: 'retained', lastVerdict: 'accepted' })
    await world.say(documentId, { verdict: 'rejected' })
    await world.withdraw(id)
    expect(await world.view(id)).toMatchObject({
      status: 'withdrawn',
      registered: null,
      questions: [],
    })
  })
})
