import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import { readLegalBasis } from '../../activities/legal-basis.ts'
import { consentAnswer, keyOf } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }
const PANELS = ['CBC', 'LIPID']

/** A document that covers several analyses, as a step reads its legal basis and commits it. */
async function read(world: World, id: string, round = 1) {
  const key = keyOf(id, 'check-consent', round)
  const submission = await world.store.cases.load(id, 1)
  const asked = { key, submission, analyses: PANELS }
  const { outcome, consent, journal } = await readLegalBasis(world.deps, asked)
  const stands = await world.store.journal.commit({ ...journal, key, outcome, events: [] })
  return { outcome: stands as typeof outcome, consent }
}
const inActivity = <T>(work: () => Promise<T>) =>
  new MockActivityEnvironment({}, { logger: SILENT }).run(work)
const day = (text: string) => new Date(`2026-${text}T09:00:00.000Z`)

describe('a document that covers several analyses', () => {
  it('asks the service about each, and journals each', async () => {
    const world = await open()
    const consent = await world.consent()
    const id = await world.accept()
    const { outcome } = await read(world, id)
    expect(outcome).toEqual({ kind: 'active', consentId: consent.id })
    const asked = world.consentService.check.mock.calls.map(([query]) => query.analysis)
    expect(asked).toEqual(PANELS)
    expect(await world.checks(id)).toMatchObject(
      PANELS.map((analysis) => ({
        analysis,
        status: 'active',
        consent_id: consent.id,
        organization_id: world.organization.id,
      })),
    )
  })

  it.each([
    ['rejected', 'refused'],
    ['unknown', 'absent'],
    ['expired', 'lost'],
  ] as const)('does not leave when one of them is %s', async (status, kind) => {
    const world = await open()
    await world.consent()
    const id = await world.accept()
    world.consentService.check.mockImplementation(({ analysis }) =>
      Promise.resolve(consentAnswer(analysis === 'LIPID' ? { status } : {})),
    )
    expect((await read(world, id)).outcome).toEqual({ kind })
    expect(await world.checks(id)).toHaveLength(2)
  })

  it('does not leave under a consent for one of them alone', async () => {
    const world = await open({ consentService: undefined })
    await world.consent({ scope: 'partial', analyses: ['CBC'] })
    const id = await world.accept()
    expect((await read(world, id)).outcome).toEqual({ kind: 'absent' })
    expect(await world.checks(id)).toMatchObject([{ status: 'active' }, { status: 'none' }])
  })

  it('rests on several consents; the registry is told of the one that covers them all', async () => {
    const world = await open({ consentService: undefined })
    const full = await world.consent({ givenAt: day('01-10') })
    const partial = await world.consent({
      scope: 'partial',
      analyses: ['LIPID'],
      givenAt: day('02-10'),
    })
    const id = await world.accept()
    const { outcome, consent } = await read(world, id)
    expect(outcome).toEqual({ kind: 'active', consentId: full.id, others: [partial.id] })
    expect(consent?.number).toBe(full.number)
    const resting = { submissionId: id, version: 1 }
    expect(await world.store.consentLookup.resting(full.id)).toEqual([
      { ...resting, analyses: ['CBC'] },
    ])
    expect(await world.store.consentLookup.resting(partial.id)).toEqual([
      { ...resting, analyses: ['LIPID'] },
    ])
  })

  it('the registry is told of the newest where none covers them all', async () => {
    const world = await open({ consentService: undefined })
    const first = await world.consent({
      scope: 'partial',
      analyses: ['CBC'],
      givenAt: day('01-10'),
    })
    const second = await world.consent({
      scope: 'partial',
      analyses: ['LIPID'],
      givenAt: day('02-10'),
    })
    const id = await world.accept()
    const { outcome } = await read(world, id)
    expect(outcome).toEqual({ kind: 'active', consentId: second.id, others: [first.id] })
  })

  it('keeps one row for a document that the service names for both', async () => {
    const world = await open()
    const id = await world.accept()
    world.consentService.check.mockImplementation(() =>
      Promise.resolve(consentAnswer({ documentNumber: 'ЕПГУ-20' })),
    )
    const { outcome } = await read(world, id)
    const [consent, ...more] = await world.store.consentLookup.ofPatient(id)
    expect(more).toEqual([])
    expect(consent).toMatchObject({ number: 'ЕПГУ-20', source: 'service', analyses: PANELS })
    expect(outcome).toEqual({ kind: 'active', consentId: consent?.id })
  })

  it('rests on nothing any more when one is lost', async () => {
    const world = await open({ consentService: undefined })
    const consent = await world.consent()
    const id = await world.accept()
    await read(world, id)
    await world.withdraw(consent.id)
    expect((await read(world, id, 2)).outcome).toEqual({ kind: 'lost' })
    expect(await world.store.consentLookup.resting(consent.id)).toEqual([])
  })

  it('journals the answered question beside the one that was not answered', async () => {
    const world = await open()
    await world.consent()
    const id = await world.accept()
    world.consentService.check.mockImplementation(({ analysis }) =>
      analysis === 'LIPID' ? Promise.reject(new Error('bug')) : Promise.resolve(consentAnswer()),
    )
    const submission = await world.store.cases.load(id, 1)
    const key = keyOf(id, 'check-consent')
    const asked = { key, submission, analyses: PANELS }
    await expect(inActivity(() => readLegalBasis(world.deps, asked))).rejects.toThrow('bug')
    expect(await world.checks(id)).toMatchObject([{ status: 'active' }, { status: 'error' }])
  })
})
