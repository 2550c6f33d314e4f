import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { keyOf, planted } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'
import { holding } from '../support/store.ts'
import { acceptedRecord } from './accepted-record.ts'

const open = useActivityWorlds()
/** A registered document whose years of keeping are over. */
async function overdueRecord() {
  const record = await acceptedRecord(open)
  const { retainUntil } = await record.world.store.cases.load(record.id, 1)
  record.world.clock.now = retainUntil ?? new Date(0)
  return record
}
const destroying = (id: string) => ({ key: keyOf(id, 'destroy') })

describe('destroyRecord', () => {
  it('destroys every content and leaves a certificate that names what was destroyed', async () => {
    const { world, id } = await overdueRecord()
    await world.run('sealRecord', { key: keyOf(id, 'seal') })
    const before = await world.store.artefacts.readAll(id)
    await world.run('destroyRecord', destroying(id))
    expect(await world.view(id)).toMatchObject({ phase: 'destroyed', waitingUntil: null })
    for (const { id: blobId } of before)
      await expect(world.store.artefacts.readById(blobId)).rejects.toMatchObject({
        code: 'content-unreadable',
      })
    const certificate = await world.store.artefacts.read(id, 'destruction-certificate')
    const act = JSON.parse(certificate?.bytes.toString() ?? '{}') as { destroyed: unknown[] }
    expect(act).toMatchObject({ submissionId: id, registryId: expect.stringMatching(/^РЕГ-/) })
    expect(act.destroyed).toEqual(
      before.map(({ id: blobId, kind, version }) => ({ id: blobId, kind, version })),
    )
    expect(JSON.stringify(act), 'no digest to confirm a guess by').not.toMatch(/[0-9a-f]{64}/)
    expect(planted(JSON.stringify(act))).toEqual([])
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'record.destroyed',
      details: { artefacts: before.length },
    })
  })

  it('finishes after a crash between the certificate and the erasure', async () => {
    const { world, id } = await overdueRecord()
    const crashing = await open({
      organization: world.organization,
      store: {
        ...world.store,
        retention: {
          ...world.store.retention,
          erase: () => Promise.reject(new AppError('storage-unavailable', 'transient')),
        },
      },
    })
    world.clock.now = (await world.store.cases.load(id, 1)).retainUntil ?? world.clock.now
    expect(await crashing.failure('destroyRecord', destroying(id))).toMatchObject({
      type: 'storage-unavailable',
      nonRetryable: false,
    })
    expect(await world.store.artefacts.read(id, 'source')).toBeDefined()
    await world.run('destroyRecord', destroying(id), { attempt: 2 })
    await world.run('destroyRecord', destroying(id), { attempt: 3 })
    await expect(world.store.artefacts.read(id, 'source')).rejects.toMatchObject({
      code: 'content-unreadable',
    })
    expect(await world.store.artefacts.read(id, 'destruction-certificate')).toBeDefined()
    const destroyed = (await world.events(id)).filter((type) => type === 'record.destroyed')
    expect(destroyed).toHaveLength(1)
  })

  it('does not destroy what is on hold', async () => {
    const { world, id } = await overdueRecord()
    await world.store.retention.placeHold(holding(id, world.organization.id))
    expect(await world.failure('destroyRecord', destroying(id))).toMatchObject({
      type: 'legal-hold',
      nonRetryable: true,
    })
    expect(await world.store.artefacts.read(id, 'source')).toBeDefined()
    expect((await world.view(id)).phase).toBe('notifying')
    expect(await world.events(id)).not.toContain('record.destroyed')
    await world.store.retention.releaseHold(holding(id, world.organization.id))
    await world.run('destroyRecord', destroying(id))
    expect((await world.view(id)).phase).toBe('destroyed')
  })

  it('waits when our clock has not come that far, whatever the timer said', async () => {
    const { world, id } = await overdueRecord()
    const due = world.clock.now.getTime()
    world.clock.now = new Date(due - 60_000)
    expect(await world.failure('destroyRecord', destroying(id))).toMatchObject({
      ...{ type: 'retention-not-over', nonRetryable: false, nextRetryDelay: 60_000 },
    })
    world.clock.now = new Date(due - 30 * 86_400_000)
    expect(await world.failure('destroyRecord', destroying(id))).toMatchObject({
      ...{ type: 'retention-not-over', nextRetryDelay: 3_600_000 },
    })
    expect(await world.events(id)).not.toContain('record.destroyed')
    world.clock.now = new Date(due)
    await world.run('destroyRecord', destroying(id), { attempt: 2 })
    expect((await world.view(id)).phase).toBe('destroyed')
  })

  it.each([
    ['a date of yesterday', new Date('2026-02-28T09:00:00Z')],
    ['no date', null],
  ])(
    'keeps a record with %s for five years all the same: a run is no proof',
    async (_, retainUntil) => {
      const { world, id } = await acceptedRecord(open)
      await world.store.journal.commit({
        key: keyOf(id, 'seal', 9),
        outcome: null,
        patch: { retainUntil },
        events: [],
      })
      const refused = { type: 'retention-not-over', nextRetryDelay: 3_600_000 }
      expect(await world.failure('destroyRecord', destroying(id))).toMatchObject(refused)
      world.clock.now = new Date(world.clock.now.getTime() + 1826 * 86_400_000)
      expect(await world.failure('destroyRecord', destroying(id))).toMatchObject(refused)
      expect(await world.events(id)).not.toContain('record.destroyed')
    },
  )
})
