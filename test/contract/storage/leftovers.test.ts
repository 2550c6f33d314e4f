import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { LABORATORY } from '../../support/store.ts'
import { ANNA, draft, stepKey } from './drafts.ts'
import { createRegistryWorld, type RegistryWorld } from './registry-words.ts'

let world: RegistryWorld
let templateVersionId: string
beforeAll(async () => {
  world = await createRegistryWorld()
  const template = {
    ...{ code: 'cbc', title: 'ОАК', serviceCodes: ['B03.016.002'], requiredFields: [] },
    ...{ analysisCodes: [{ codeSystem: 'local', code: 'CBC' }], personalSignatures: 0 },
  }
  const saved = await world.store.templates.save(LABORATORY.id, template, 'key-1')
  templateVersionId = saved.versionId
})
afterAll(() => world.close())

const CONTRADICTS = 'registry-contradicts'
const find = ({ id }: SubmissionView, version = 1) =>
  world.store.leftovers.find({ submissionId: id, version })
/** What a run of its own is asked to look at: versions of the submission. */
const suspected = async ({ id }: SubmissionView) =>
  (await world.messages(id)).flatMap((message) =>
    message.kind === 'leftover' ? [message.version] : [],
  )

/** The current document is made, as it would be now, and it may get to the registry from now on. */
async function leave(id: string) {
  const view = await world.view(id)
  const { version, documentId } = view
  const { replacesDocumentId } = await world.load(id, version)
  const blobOf = (kind: 'document-xml' | 'document-pdf') => {
    const bytes = Buffer.from(kind)
    return { id: crypto.randomUUID(), kind, mediaType: 'application/pdf', bytes } as const
  }
  const [xml, pdf] = [blobOf('document-xml'), blobOf('document-pdf')]
  await world.store.journal.commit({
    key: stepKey(id, 'assemble', 1, version),
    outcome: 'assembled',
    events: [],
    blobs: [xml, pdf],
    document: {
      ...{ documentId, templateVersionId, digest: 'd', replacesId: replacesDocumentId ?? null },
      ...{ analyses: ['cbc'], xmlBlobId: xml.id, pdfBlobId: pdf.id },
    },
  })
  expect(await world.store.cases.claimSend({ submissionId: id, version })).toEqual({
    kind: 'clear',
  })
  return view
}

/** The registry has refused version 1, and version 2 has left without naming it. */
async function corrected() {
  const { id } = await world.accept()
  const first = await leave(id)
  await world.say(first.documentId, { verdict: 'rejected' })
  await world.bringTo(first, { phase: 'needs-correction', lastVerdict: 'rejected' })
  await world.correct(id)
  const second = await leave(id)
  return { id, first, second }
}

describe('a refused document that the registry accepts after all', () => {
  test('when the next one is registered: it is taken back once a person has said that it is there', async () => {
    const { id, first, second } = await corrected()
    await world.say(second.documentId, { verdict: 'accepted' })
    await world.say(first.documentId, { verdict: 'accepted' })
    expect(await find(first), 'a person is asked first').toBeNull()
    await world.messages(id)
    await world.decide(id, CONTRADICTS, 'accepted')
    expect(await suspected(first)).toEqual([1])
    expect(await find(first)).toMatchObject({ reason: 'superseded' })
    expect(await find(second, 2), 'the newer one stays').toBeNull()
    await world.withdraw(id, { version: 1 })
    expect(await find(first)).toBeNull()
    expect((await world.view(id)).registered).toMatchObject({ documentId: second.documentId })
  })

  test('while the next one is out: it is taken back when that is accepted', async () => {
    const { id, first, second } = await corrected()
    await world.say(first.documentId, { verdict: 'accepted' })
    await world.decide(id, CONTRADICTS, 'accepted')
    expect(await find(first), 'nothing newer is registered').toBeNull()
    await world.messages(id)
    await world.say(second.documentId, { verdict: 'accepted' })
    expect(await suspected(first)).toEqual([1])
    expect(await find(first)).toMatchObject({ reason: 'superseded' })
  })

  test('before the next one leaves: that names it, and both stay', async () => {
    const { id } = await world.accept()
    const first = await leave(id)
    await world.say(first.documentId, { verdict: 'rejected' })
    await world.bringTo(first, { phase: 'needs-correction', lastVerdict: 'rejected' })
    await world.say(first.documentId, { verdict: 'accepted' })
    await world.decide(id, CONTRADICTS, 'accepted')
    await world.correct(id)
    const second = await leave(id)
    await world.messages(id)
    await world.say(second.documentId, { verdict: 'accepted' })
    expect(await suspected(first)).toEqual([])
    expect(await find(first)).toBeNull()
  })

  test('and a person finds that it is not there: nothing is taken back', async () => {
    const { id, first, second } = await corrected()
    await world.say(second.documentId, { verdict: 'accepted' })
    await world.say(first.documentId, { verdict: 'accepted' })
    await world.decide(id, CONTRADICTS, 'refused')
    expect(await find(first)).toBeNull()
  })
})

test('a chain in which each names the one before has no leftovers', async () => {
  const { submission } = await world.store.submissions.accept(draft({ resultId: 'chain' }))
  const first = await leave(submission.id)
  await world.say(first.documentId, { verdict: 'accepted' })
  const later = { resultId: 'chain', version: 2, value: '14', status: 'corrected' } as const
  const second = (await world.store.submissions.accept(draft(later))).submission
  await leave(second.id)
  await world.say(second.documentId, { verdict: 'accepted' })
  expect(await suspected(first)).toEqual([])
  expect(await find(first)).toBeNull()
})

describe('of a result that is another patient’s', () => {
  const toAnother = (id: string) =>
    world.store.submissions.accept(
      draft({
        ...{ resultId: id, version: 9, status: 'corrected' },
        patient: { ...ANNA, familyName: 'Иная', snils: '16012345670', policy: '1', localId: 'x' },
      }),
    )

  test('an earlier version in force is taken back: the run takes back the current one alone', async () => {
    const { id, first, second } = await corrected()
    await world.say(second.documentId, { verdict: 'accepted' })
    await world.say(first.documentId, { verdict: 'accepted' })
    await world.messages(id)
    await toAnother(first.sourceId)
    expect(await suspected(first), 'it is in doubt, and looked at').toEqual([1])
    expect(await find(first)).toBeNull()
    await world.decide(id, CONTRADICTS, 'accepted')
    expect(await suspected(first)).toEqual([1])
    expect(await find(first)).toMatchObject({ reason: 'other-patient' })
    expect(await find(second, 2), 'its run does that').toBeNull()
  })

  test('one accepted after it was given back is taken back again, although no run lives', async () => {
    const { id, sourceId } = await world.accept()
    const view = await leave(id)
    await toAnother(sourceId)
    await world.withdraw(id)
    await world.bringTo(view, { phase: 'cancelled', reason: 'other-patient' })
    await world.say(view.documentId, { verdict: 'accepted', answeredAt: new Date('2027-01-01') })
    await world.decide(id, CONTRADICTS, 'accepted')
    expect(await suspected(view)).toEqual([1])
    expect(await find(view)).toMatchObject({ reason: 'other-patient' })
  })
})

test.each(['consent-withdrawn', 'cancelled-by-operator'])(
  'of a submission that ended as %s, accepted after it was given back',
  async (reason) => {
    const { id } = await world.accept()
    const view = await leave(id)
    await world.withdraw(id)
    await world.bringTo(view, { phase: 'cancelled', reason })
    await world.say(view.documentId, { verdict: 'accepted', answeredAt: new Date('2027-01-01') })
    await world.decide(id, CONTRADICTS, 'accepted')
    expect(await find(view)).toMatchObject({ reason })
  },
)

test('each request to give it back has a number of its own', async () => {
  const { id, first, second } = await corrected()
  await world.say(second.documentId, { verdict: 'accepted' })
  await world.say(first.documentId, { verdict: 'accepted' })
  await world.decide(id, CONTRADICTS, 'accepted')
  const before = await find(first)
  await world.store.journal.commit({
    key: stepKey(id, 'withdraw-leftover', before?.round ?? 0),
    outcome: { kind: 'refused' },
    events: [{ type: 'registry.withdrawal-refused', text: 'Реестр отказался отозвать документ' }],
  })
  expect((await find(first))?.round).toBeGreaterThan(before?.round ?? 0)
})

test('whoever looks after one may be lost: it is looked at again, and not when it is settled', async () => {
  const { id, first, second } = await corrected()
  await world.say(second.documentId, { verdict: 'accepted' })
  await world.say(first.documentId, { verdict: 'accepted' })
  await world.decide(id, CONTRADICTS, 'accepted')
  await world.messages(id)
  const { clock, store } = world
  await find(first)
  await store.leftovers.askAgain(clock.now)
  expect(await suspected(first), 'it has just been looked at').toEqual([])
  clock.now = new Date(clock.now.getTime() + 1)
  await store.leftovers.askAgain(clock.now)
  expect(await suspected(first)).toEqual([1])
  await world.withdraw(id, { version: 1 })
  await find(first)
  clock.now = new Date(clock.now.getTime() + 1)
  await store.leftovers.askAgain(clock.now)
  expect(await suspected(first)).toEqual([])
})
