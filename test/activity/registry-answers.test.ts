import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import { keyOf, labReport, numberOf, POLICY, STARTED } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()

async function sent() {
  const world = await open()
  await world.consent()
  await world.template()
  const id = await world.sent()
  return { world, id, documentId: (await world.view(id)).documentId }
}
function answerOf(documentId: string, changes: Partial<RegistryAnswer> = {}): RegistryAnswer {
  return {
    messageId: 'm-1',
    documentId,
    verdict: 'accepted',
    registryId: numberOf(documentId),
    issues: [],
    answeredAt: STARTED,
    ...changes,
  }
}
/** As the callback route stores it. */
async function receive(world: World, answer: RegistryAnswer): Promise<string> {
  const stored = await world.store.acknowledgements.receive({
    organizationId: world.organization.id,
    answer,
    raw: Buffer.from('{}'),
    mediaType: 'application/json',
    via: 'callback',
  })
  return stored.kind === 'unknown-document' ? '' : stored.acknowledgementId
}
const record = (id: string, acknowledgementId: string, round = 1) => ({
  key: keyOf(id, 'record-answer', round),
  acknowledgementId,
})

describe('recordAnswer', () => {
  it('says "accepted" on the registry’s word, once, and counts the years from then', async () => {
    const { world, id, documentId } = await sent()
    const input = record(id, await receive(world, answerOf(documentId)))
    const retainUntil = new Date(STARTED.getTime() + POLICY.retentionMs)
    const outcome = { kind: 'accepted', retainUntil: retainUntil.toISOString() }
    expect(await world.run('recordAnswer', input)).toEqual(outcome)
    world.clock.now = new Date(STARTED.getTime() + 60_000)
    expect(await world.run('recordAnswer', input, { attempt: 2 })).toEqual(outcome)
    expect(await world.view(id)).toMatchObject({
      phase: 'notifying',
      status: 'accepted',
      lastVerdict: 'accepted',
      registryId: numberOf(documentId),
      retainUntil,
    })
    const events = (await world.events(id)).filter((type) => type === 'registry.accepted')
    expect(events).toHaveLength(1)
  })

  it.each([
    ['the registry’s is years behind', -9 * 31_536_000_000, 0],
    ['ours is an hour behind', 3_600_000, 3_600_000],
    ['the registry’s is years ahead', 3 * 31_536_000_000, 86_400_000],
  ])('counts the years from the later clock, within reason: %s', async (_, aheadMs, countedMs) => {
    const { world, id, documentId } = await sent()
    const answeredAt = new Date(STARTED.getTime() + aheadMs)
    const acknowledgementId = await receive(world, answerOf(documentId, { answeredAt }))
    const outcome = await world.run('recordAnswer', record(id, acknowledgementId))
    const kept = outcome.kind === 'accepted' ? Date.parse(outcome.retainUntil) : 0
    expect(kept - STARTED.getTime() - POLICY.retentionMs).toBe(countedMs)
  })

  it.each([
    ['rejected', 'registry-rejected', 'rejected'],
    ['correction-required', 'registry-correction', 'correction-required'],
    ['clarification-required', 'registry-clarification', 'clarification-required'],
  ] as const)(
    'turns "%s" into work with the registry’s reasons',
    async (verdict, reason, status) => {
      const { world, id, documentId } = await sent()
      const issues = [
        { code: 'E-17', pointer: '/patient/snils', detail: 'Проверьте СНИЛС', severity: 'error' },
      ] as const
      const answer = answerOf(documentId, { verdict, issues, registryId: undefined })
      const outcome = await world.run('recordAnswer', record(id, await receive(world, answer)))
      expect(outcome).toEqual({ kind: verdict })
      expect(await world.view(id)).toMatchObject({
        phase: 'needs-correction',
        lastVerdict: verdict,
        status,
        reason,
        issues,
      })
      expect((await world.timeline(id)).at(-1)).toMatchObject({
        type: `registry.${verdict}`,
        details: { codes: ['E-17'] },
      })
    },
  )

  it('takes "processing" for a sign of life, not for an answer', async () => {
    const { world, id, documentId } = await sent()
    const answer = answerOf(documentId, { verdict: 'processing', registryId: undefined })
    const outcome = await world.run('recordAnswer', record(id, await receive(world, answer)))
    expect(outcome).toEqual({ kind: 'processing' })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-acknowledgement',
      lastVerdict: null,
    })
  })

  it('records an answer to an earlier version without effect', async () => {
    const { world, id, documentId } = await sent()
    const rejected = answerOf(documentId, { verdict: 'rejected' })
    await world.run('recordAnswer', record(id, await receive(world, rejected)))
    await world.store.submissions.addCorrection({
      organizationId: world.organization.id,
      submissionId: id,
      report: labReport('R-1'),
      contentDigest: 'd'.repeat(64),
      changedFields: ['/patient/snils'],
      actor: 'user-7',
      reason: 'опечатка',
    })
    const late = await receive(world, answerOf(documentId, { messageId: 'm-2' }))
    const input = { ...record(id, late), key: keyOf(id, 'record-answer', 1, 2) }
    expect(await world.run('recordAnswer', input)).toEqual({ kind: 'outdated' })
    expect(await world.view(id)).toMatchObject({
      version: 2,
      phase: 'checking-consent',
      lastVerdict: null,
      registryId: null,
    })
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'registry.answered-earlier-version',
      details: { version: 1 },
    })
  })

  it('takes nothing back from a correction that the run has not heard of yet', async () => {
    const { world, id, documentId } = await sent()
    const rejected = answerOf(documentId, { verdict: 'rejected', registryId: undefined })
    await world.run('recordAnswer', record(id, await receive(world, rejected)))
    const again = await receive(world, { ...rejected, messageId: 'm-2' })
    await world.store.submissions.addCorrection({
      organizationId: world.organization.id,
      submissionId: id,
      report: labReport('R-1'),
      contentDigest: 'd'.repeat(64),
      changedFields: ['/patient/snils'],
      actor: 'user-7',
      reason: 'опечатка',
    })
    expect(await world.run('recordAnswer', record(id, again, 2))).toEqual({ kind: 'outdated' })
    expect(await world.run('recordAnswer', record(id, again, 2))).toEqual({ kind: 'outdated' })
    expect(await world.view(id)).toMatchObject({
      version: 2,
      phase: 'checking-consent',
      lastVerdict: null,
      reason: null,
    })
  })

  it('leaves alone what a person has to decide, whatever was read first', async () => {
    const { world, id, documentId } = await sent()
    const no = await receive(
      world,
      answerOf(documentId, { verdict: 'rejected', registryId: undefined }),
    )
    const yes = await receive(world, answerOf(documentId, { messageId: 'm-2' }))
    expect(await world.run('recordAnswer', record(id, no))).toEqual({ kind: 'without-effect' })
    expect(await world.run('recordAnswer', record(id, yes, 2))).toEqual({ kind: 'without-effect' })
    expect(await world.view(id)).toMatchObject({
      phase: 'awaiting-acknowledgement',
      status: 'disputed',
      questions: [{ code: 'registry-contradicts' }],
    })
  })

  it('does not keep what has been given back', async () => {
    const { world, id, documentId } = await sent()
    await world.run('withdrawDocument', {
      key: keyOf(id, 'withdraw'),
      reason: 'consent-withdrawn',
      timeoutMs: 500,
    })
    const before = await receive(world, answerOf(documentId))
    expect(await world.run('recordAnswer', record(id, before))).toEqual({ kind: 'without-effect' })
    expect(await world.view(id)).toMatchObject({
      registered: null,
      versions: [{ registry: { state: 'withdrawn' } }],
    })
  })

  it('does not invent an answer', async () => {
    const { world, id } = await sent()
    const nothing = record(id, '00000000-0000-4000-8000-000000000000')
    expect(await world.failure('recordAnswer', nothing)).toMatchObject({
      type: 'acknowledgement-not-found',
      nonRetryable: true,
    })
  })
})

describe('findInRegistry', () => {
  const find = (id: string, round = 1) => ({ key: keyOf(id, 'find', round), timeoutMs: 500 })

  it('asks by the document’s id and writes nothing while there is no answer', async () => {
    const { world, id, documentId } = await sent()
    const before = await world.view(id)
    expect(await world.run('findInRegistry', find(id))).toEqual({ kind: 'taken' })
    expect(world.registry.find).toHaveBeenLastCalledWith({ documentId, timeoutMs: 500 })
    world.registry.find.mockResolvedValueOnce({ kind: 'not-found' })
    expect(await world.run('findInRegistry', find(id, 2))).toEqual({ kind: 'not-found' })
    expect((await world.view(id)).revision).toBe(before.revision)
  })

  it('stores an answer once, however often it is found', async () => {
    const { world, id, documentId } = await sent()
    const raw = Buffer.from('{"status":"accepted"}')
    world.registry.find.mockResolvedValue({ kind: 'answered', answer: answerOf(documentId), raw })
    const first = await world.run('findInRegistry', find(id))
    expect(first).toEqual({ kind: 'answered', acknowledgementId: expect.any(String) })
    expect(await world.run('findInRegistry', find(id, 2))).toEqual(first)
    expect((await world.view(id)).answers).toMatchObject([{ via: 'poll', verdict: 'accepted' }])
    expect((await world.store.artefacts.read(id, 'answer'))?.bytes).toEqual(raw)
  })

  it('does not take the answer about a document that is not ours', async () => {
    const { world, id } = await sent()
    const stray = answerOf('00000000-0000-4000-8000-000000000000')
    world.registry.find.mockResolvedValueOnce({
      kind: 'answered',
      answer: stray,
      raw: Buffer.alloc(0),
    })
    expect(await world.failure('findInRegistry', find(id))).toMatchObject({
      type: 'submission-not-found',
      nonRetryable: true,
    })
  })
})

describe('withdrawDocument', () => {
  const withdraw = (id: string, round = 1) => ({
    key: keyOf(id, 'withdraw', round),
    reason: 'consent-withdrawn',
    timeoutMs: 500,
  })

  it('asks the registry to give the document back, once, and keeps its answer', async () => {
    const { world, id, documentId } = await sent()
    expect(await world.run('withdrawDocument', withdraw(id))).toEqual({ kind: 'withdrawn' })
    expect(await world.run('withdrawDocument', withdraw(id), { attempt: 2 })).toEqual({
      kind: 'withdrawn',
    })
    expect(world.registry.withdraw.mock.calls).toEqual([
      [{ documentId, reason: 'consent-withdrawn', timeoutMs: 500 }],
    ])
    expect((await world.store.artefacts.read(id, 'answer'))?.bytes.toString()).toContain(
      'withdrawn',
    )
    expect((await world.events(id)).slice(-1)).toEqual(['registry.withdrawn'])
  })

  it('has nothing to withdraw where nothing arrived', async () => {
    const { world, id } = await sent()
    world.registry.find.mockResolvedValueOnce({ kind: 'not-found' })
    expect(await world.run('withdrawDocument', withdraw(id))).toEqual({ kind: 'withdrawn' })
    expect(world.registry.withdraw).not.toHaveBeenCalled()
    expect((await world.events(id)).slice(-1)).toEqual(['registry.nothing-to-withdraw'])
  })

  it('records that the registry refuses', async () => {
    const { world, id } = await sent()
    const raw = Buffer.from('{"code":"already-registered"}')
    world.registry.withdraw.mockResolvedValueOnce({
      kind: 'refused',
      code: 'already-registered',
      raw,
    })
    expect(await world.run('withdrawDocument', withdraw(id))).toEqual({ kind: 'refused' })
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'registry.withdrawal-refused',
      details: { code: 'already-registered' },
    })
  })

  it('asks again before it repeats a withdrawal whose outcome it did not hear', async () => {
    const { world, id } = await sent()
    world.registry.withdraw.mockRejectedValueOnce(new AppError('registry-timeout', 'ambiguous'))
    expect(await world.failure('withdrawDocument', withdraw(id))).toMatchObject({
      type: 'registry-timeout',
      nonRetryable: true,
    })
    world.registry.find.mockResolvedValueOnce({ kind: 'not-found' })
    expect(await world.run('withdrawDocument', withdraw(id, 2))).toEqual({ kind: 'withdrawn' })
    expect(world.registry.withdraw).toHaveBeenCalledTimes(1)
  })
})
