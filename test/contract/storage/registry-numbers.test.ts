import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRegistryWorld, type RegistryWorld } from './registry-words.ts'

let world: RegistryWorld
beforeAll(async () => {
  world = await createRegistryWorld()
})
afterAll(() => world.close())

describe('a registry number', () => {
  async function collision() {
    const [one, other] = [await world.accept(), await world.accept()]
    const registryId = `taken-${one.id}`
    await world.say(one.documentId, { verdict: 'accepted', registryId })
    await world.say(other.documentId, { verdict: 'accepted', registryId })
    return { one, other, registryId }
  }
  const bookOf = async (id: string) => (await world.view(id)).versions[0]?.registry

  test('belongs to one document: the second one is not believed, and a person is asked', async () => {
    const { one, other, registryId } = await collision()
    expect(await bookOf(one.id)).toMatchObject({ state: 'accepted', registryId })
    expect(await world.view(other.id)).toMatchObject({
      status: 'disputed',
      registered: null,
      questions: [{ code: 'registry-number-taken', details: { documentId: other.documentId } }],
      versions: [{ registry: { state: 'contradicted', believed: 'out', registryId: null } }],
    })
  })

  test('goes to the other document when a person says so, and the first one is asked about', async () => {
    const { one, other, registryId } = await collision()
    await world.decide(other.id, 'registry-number-taken', 'accepted')
    expect(await bookOf(other.id)).toMatchObject({ state: 'accepted', registryId })
    expect(await world.view(one.id)).toMatchObject({
      status: 'disputed',
      questions: [{ code: 'registry-contradicts' }],
      versions: [{ registry: { believed: 'accepted', registryId: null } }],
    })
  })

  test('of an earlier version goes to the next one: the decided question is not asked again', async () => {
    const { id, documentId } = await world.accept()
    const registryId = `own-${id}`
    await world.say(documentId, { verdict: 'accepted', registryId })
    await world.bringTo(await world.view(id), { phase: 'needs-correction' })
    const second = await world.correct(id)
    await world.say(second.documentId, { verdict: 'accepted', registryId })
    await world.decide(id, 'registry-number-taken', 'accepted')
    expect((await world.view(id)).questions).toMatchObject([
      { code: 'registry-contradicts', details: { documentId } },
    ])
  })

  test('stays where it is when a person says so', async () => {
    const { one, other, registryId } = await collision()
    await world.decide(other.id, 'registry-number-taken', 'refused')
    expect(await bookOf(one.id)).toMatchObject({ state: 'accepted', registryId })
    expect(await world.view(other.id)).toMatchObject({
      questions: [],
      versions: [{ registry: { state: 'out', registryId: null } }],
    })
  })

  test('named for two documents at the same moment is believed of one', async () => {
    const [one, other] = [await world.accept(), await world.accept()]
    const registryId = `race-${one.id}`
    await Promise.all(
      [one, other].map(({ documentId }) =>
        world.say(documentId, { verdict: 'accepted', registryId }),
      ),
    )
    const books = await Promise.all([one, other].map(({ id }) => bookOf(id)))
    expect(books.map((book) => book?.state).toSorted()).toEqual(['accepted', 'contradicted'])
  })
})

describe('one message id', () => {
  test('with another content is another answer and a question, not a repeat', async () => {
    const { id, documentId } = await world.accept()
    const said = { messageId: 'same', verdict: 'accepted' } as const
    await world.say(documentId, said)
    expect((await world.say(documentId, said)).kind).toBe('repeated')
    expect((await world.say(documentId, { ...said, registryId: 'another' })).kind).toBe('stored')
    expect((await world.say(documentId, said)).kind).toBe('repeated')
    const view = await world.view(id)
    expect(view.answers.map(({ registryId }) => registryId)).toEqual([`N-${documentId}`, 'another'])
    expect(view).toMatchObject({
      questions: [{ code: 'registry-contradicts' }],
      versions: [{ registry: { believed: 'accepted', registryId: `N-${documentId}` } }],
    })
  })

  test('with other reasons is a question too, whatever the verdict', async () => {
    const { id, documentId } = await world.accept()
    const reason = (detail: string) => [
      { code: 'E1', pointer: '', detail, severity: 'error' as const },
    ]
    await world.say(documentId, { messageId: 'same', verdict: 'rejected', issues: reason('одно') })
    await world.say(documentId, {
      messageId: 'same',
      verdict: 'rejected',
      issues: reason('другое'),
    })
    expect((await world.view(id)).questions).toMatchObject([{ code: 'registry-contradicts' }])
  })

  test('under which an acceptance was decided against is no first word', async () => {
    const [one, other] = [await world.accept(), await world.accept()]
    const message = { verdict: 'accepted', messageId: `twice-${one.id}` } as const
    await world.say(one.documentId, { verdict: 'accepted', registryId: `first-${one.id}` })
    await world.say(other.documentId, { ...message, registryId: `first-${one.id}` })
    await world.decide(other.id, 'registry-number-taken', 'refused')
    await world.say(other.documentId, { ...message, registryId: `second-${one.id}` })
    expect(await world.view(other.id)).toMatchObject({
      status: 'disputed',
      questions: [{ code: 'registry-contradicts' }],
    })
  })

  test('of a sign of life and then of an answer is two messages', async () => {
    const { id, documentId } = await world.accept()
    await world.say(documentId, { messageId: 'same', verdict: 'processing' })
    await world.say(documentId, { messageId: 'same', verdict: 'accepted' })
    await world.say(documentId, { messageId: 'same', verdict: 'processing' })
    expect(await world.view(id)).toMatchObject({
      questions: [],
      answers: [{ verdict: 'processing' }, { verdict: 'accepted' }],
      versions: [{ registry: { state: 'accepted' } }],
    })
  })

  test('ten contradictions at once are ten answers, one question', async () => {
    const { id, documentId } = await world.accept()
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.say(documentId, { verdict: index % 2 === 0 ? 'accepted' : 'rejected' }),
      ),
    )
    const view = await world.view(id)
    expect(view.answers).toHaveLength(10)
    expect(view.questions).toHaveLength(1)
    expect(view.questions[0]?.details.acknowledgements).toEqual(view.answers.map((one) => one.id))
    expect(view.registered).toMatchObject({ documentId })
  })
})
