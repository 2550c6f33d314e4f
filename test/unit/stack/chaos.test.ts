import { describe, expect, it } from 'vitest'
import { audit, type Evidence } from '../../../bench/chaos/audit.ts'
import { KILL_KINDS, makePlan } from '../../../bench/chaos/plan.ts'
import { createRandom } from '../../../bench/chaos/random.ts'

const OPTIONS = { n: 200, rate: 4, kills: 7, workers: 2 }

describe('the plan of a chaos run', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = (seed: number) => makePlan(createRandom(seed), OPTIONS)
    expect(plan(1)).toEqual(plan(1))
    expect(plan(1)).not.toEqual(plan(2))
  })

  it('sends every result, some of them again, about as fast as told', () => {
    const { arrivals } = makePlan(createRandom(3), { ...OPTIONS, n: 2000 })
    expect(new Set(arrivals.map(({ item }) => item)).size).toBe(2000)
    expect(arrivals.filter(({ repeat }) => repeat).length).toBeGreaterThan(200)
    expect((arrivals.at(-1)?.atMs ?? 0) / 1000 / (2000 / 4)).toBeCloseTo(1, 0)
  })

  it('kills every kind of process while results arrive', () => {
    const { kills, arrivals } = makePlan(createRandom(4), OPTIONS)
    expect(new Set(kills.map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS))
    expect(kills).toHaveLength(7)
    expect(kills.every(({ atMs }) => atMs <= (arrivals.at(-1)?.atMs ?? 0))).toBe(true)
  })
})

const NEWS = {
  at: '2026-01-01T00:00:00Z',
  version: 1,
  type: 'notification.sent',
  details: { kind: 'document-available', recipient: 'patient' },
}
const MAIL = { to: ['patient-0@patients.example'], subject: 'Новый документ в личном кабинете' }

const submission = {
  ...{ id: 's', phase: 'retained', version: 1, reason: null, registryId: 'R-1' },
  source: { system: 'LIS-A', resultId: 'CHAOS-1-0' },
  versions: [{ version: 1, documentId: 'd' }],
}
const document = { documentId: 'd', status: 'accepted', registryId: 'R-1', registrations: 1 }

/** Result 0 as submission `s`, retained, registered and told of: what a run should leave behind. */
const clean: Evidence = {
  intake: { ids: new Map([[0, new Set(['s'])]]), refused: [] },
  listed: [submission],
  registered: { totals: { registeredTwice: 0 }, documents: [document] },
  mails: [MAIL],
  events: new Map([['s', [NEWS]]]),
}

const counts = (evidence: Evidence) =>
  Object.fromEntries(
    Object.entries(audit(evidence)).map(([name, found]: [string, readonly string[] | number]) => [
      name,
      typeof found === 'number' ? found : found.length,
    ]),
  )
const NONE = { lost: 0, doubled: 0, disagreements: 0, mailsDoubled: 0, mailsUncertain: 0 }

describe('the audit of a chaos run', () => {
  it('finds nothing where all agree', () => {
    expect(counts(clean)).toEqual(NONE)
  })

  it.each<[string, Partial<Evidence>, Record<string, number>]>([
    [
      'a submission that is gone',
      { listed: [], registered: { ...clean.registered, documents: [] } },
      { lost: 1 },
    ],
    [
      'a result that became two submissions',
      {
        intake: { ids: new Map([[0, new Set(['s', 's2'])]]), refused: [] },
        listed: [submission, { ...submission, id: 's2' }],
      },
      { doubled: 1 },
    ],
    [
      'a version that is registered twice',
      { registered: { ...clean.registered, totals: { registeredTwice: 1 } } },
      { doubled: 1 },
    ],
    [
      'a retained submission the registry does not have',
      { registered: { ...clean.registered, documents: [{ ...document, registrations: 0 }] } },
      { disagreements: 1 },
    ],
    [
      'another number than the registry gave',
      { registered: { ...clean.registered, documents: [{ ...document, registryId: 'R-2' }] } },
      { disagreements: 1 },
    ],
    [
      'a registration the API does not know of',
      { listed: [{ ...submission, phase: 'needs-attention' }] },
      { disagreements: 1 },
    ],
    [
      'a document that belongs to nobody',
      {
        registered: {
          ...clean.registered,
          documents: [document, { ...document, documentId: 'x' }],
        },
      },
      { disagreements: 1 },
    ],
    [
      'a submission nobody was promised',
      { listed: [submission, { ...submission, id: 'other' }] },
      { disagreements: 1 },
    ],
    ['a refused result', { intake: { ...clean.intake, refused: ['422'] } }, { disagreements: 1 }],
    ['a patient who was written to twice', { mails: [MAIL, MAIL] }, { mailsDoubled: 1 }],
    ['a mail that did not arrive', { mails: [] }, { disagreements: 1 }],
    ['a patient who was never written to', { events: new Map() }, { disagreements: 1 }],
    [
      'a mail that may not have left',
      { events: new Map([['s', [{ ...NEWS, type: 'notification.failed' }]]]) },
      { mailsUncertain: 1 },
    ],
  ])('finds %s', (_name, change, found) => {
    expect(counts({ ...clean, ...change })).toEqual({ ...NONE, ...found })
  })
})
