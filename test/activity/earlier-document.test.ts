import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import { keyOf, numberOf, STARTED, send } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'
import { readyToSend } from './ready-to-send.ts'

const open = useActivityWorlds()
const DIFFERS = 'registry-document-differs'
const OTHER = 'f'.repeat(64)

const accepted = (documentId: string): RegistryAnswer => ({
  messageId: `m-${documentId}`,
  documentId,
  verdict: 'accepted',
  registryId: numberOf(documentId),
  issues: [],
  answeredAt: STARTED,
})
/** The registry has the document's id for other bytes. */
async function sentBefore() {
  const ready = await readyToSend(open)
  const { world, documentId } = ready
  world.registry.submit.mockRejectedValue(
    new AppError(DIFFERS, 'permanent', { details: { status: 409 } }),
  )
  world.registry.find.mockResolvedValue({
    kind: 'answered',
    answer: accepted(documentId),
    raw: Buffer.from('{"accepted":true}'),
    digest: OTHER,
  })
  return ready
}
const hold = (world: World, id: string, round = 1) =>
  world.run('raiseAttention', { key: keyOf(id, 'raise-attention', round), reason: DIFFERS })

describe('a document that the registry has from before a restore', () => {
  it('is not sent over, and a person is asked', async () => {
    const { world, id } = await sentBefore()
    expect(await world.failure('sendDocument', send(id))).toMatchObject({
      type: DIFFERS,
      nonRetryable: true,
    })
    expect(await world.view(id)).toMatchObject({
      phase: 'sending',
      lastVerdict: null,
      attempts: [{ outcome: 'permanent', code: DIFFERS }],
      answers: [],
    })
  })

  it.each(['sendDocument', 'findInRegistry'] as const)(
    'is not taken for ours by %s, which asks first',
    async (step) => {
      const { world, id } = await sentBefore()
      const input = send(id, { round: 2 })
      expect(await world.failure(step, input)).toMatchObject({ type: DIFFERS, nonRetryable: true })
      expect(world.registry.submit).not.toHaveBeenCalled()
      expect((await world.view(id)).answers).toEqual([])
    },
  )

  it('counts when a person has seen the difference and sent it on', async () => {
    const { world, id } = await sentBefore()
    await world.failure('sendDocument', send(id))
    await hold(world, id)
    const outcome = await world.run('sendDocument', send(id, { round: 2 }))
    expect(outcome).toMatchObject({ kind: 'answered' })
    expect(world.registry.submit).toHaveBeenCalledTimes(1)
    expect((await world.events(id)).at(-1)).toBe('registry.found-earlier')
  })

  it('is shown to a person again when the run was lost before it was decided', async () => {
    const { world, id } = await sentBefore()
    await world.failure('sendDocument', send(id))
    await hold(world, id)
    for (const entry of await world.store.outbox.claimFor(id, 1))
      await world.store.outbox.done(entry.id)
    world.clock.now = new Date(world.clock.now.getTime() + 3_600_000)
    expect(await world.store.reconciliation.restart(id, world.clock.now)).toBe('restarted')
    expect(await world.failure('sendDocument', send(id, { round: 2 }))).toMatchObject({
      type: DIFFERS,
    })
  })

  it('is told from ours by its digest, where the registry names it', async () => {
    const { world, id, document } = await readyToSend(open)
    world.registry.find.mockResolvedValueOnce({
      kind: 'taken',
      receiptId: 'receipt-1',
      digest: document?.digest ?? '',
    })
    expect(await world.run('sendDocument', send(id), { attempt: 2 })).toEqual({ kind: 'taken' })
    expect(await world.events(id)).toContain('registry.found')
  })
})

describe('the evidence', () => {
  const manifestOf = async (world: World, id: string) => {
    const evidence = await world.store.artefacts.read(id, 'evidence')
    const files = unzipSync(evidence?.bytes ?? Buffer.alloc(0))
    const text = (name: string) => strFromU8(files[name] ?? new Uint8Array())
    return { facts: JSON.parse(text('manifest.json')).facts, readme: text('README.txt') }
  }
  async function registered(world: World, id: string, round: number) {
    const outcome = await world.run('sendDocument', send(id, { round }))
    const acknowledgementId = outcome.kind === 'answered' ? outcome.acknowledgementId : ''
    await world.run('recordAnswer', {
      key: keyOf(id, 'record-answer'),
      acknowledgementId,
    })
    await world.run('sealRecord', { key: keyOf(id, 'seal') })
  }

  it('does not claim the registered bytes when they are lost', async () => {
    const { world, id, document, documentId } = await sentBefore()
    await world.failure('sendDocument', send(id))
    await hold(world, id)
    await registered(world, id, 2)
    const { facts, readme } = await manifestOf(world, id)
    expect(facts).toMatchObject({
      registryId: numberOf(documentId),
      documentDigest: document?.digest,
      registeredDigest: null,
    })
    expect(readme).toContain('сформированному раньше')
  })

  it('claims them when the registry has what is in the archive', async () => {
    const { world, id, documentId, document } = await readyToSend(open)
    world.registry.find.mockResolvedValue({
      kind: 'answered',
      answer: accepted(documentId),
      raw: Buffer.from('{}'),
      digest: document?.digest ?? '',
    })
    await registered(world, id, 2)
    const { facts, readme } = await manifestOf(world, id)
    expect(facts.registeredDigest).toBe(document?.digest)
    expect(readme).not.toContain('сформированному раньше')
  })
})
