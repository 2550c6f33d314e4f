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

  it('corrects one result in ten after it has come', () => {
    const { arrivals, revisions } = makePlan(createRandom(5), OPTIONS)
    expect(new Set(revisions.map(({ item }) => item)).size).toBe(20)
    for (const { atMs, item } of revisions)
      expect(atMs).toBeGreaterThanOrEqual(arrivals.find((one) => one.item === item)?.atMs ?? 1e9)
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
  source: { system: 'LIS-A', resultId: 'CHAOS-1-0', version: 1 },
  replaces: null,
  versions: [{ version: 1, documentId: 'd' }],
}
const document = {
  ...{ documentId: 'd', setId: 'set', versionNumber: 1 },
  ...{ status: 'accepted', registryId: 'R-1', registrations: 1 },
}

/** Result 0 as submission `s`, retained, registered and told of: what a run should leave behind. */
const clean: Evidence = {
  intake: { ids: new Map([[0, new Set(['s'])]]), revised: new Map(), refused: [] },
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
        intake: { ...clean.intake, ids: new Map([[0, new Set(['s', 's2'])]]) },
        listed: [submission, { ...submission, id: 's2' }],
      },
      { doubled: 1, disagreements: 1 },
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

const correction = {
  ...submission,
  ...{ id: 'c', registryId: 'R-2', replaces: 's' },
  versions: [{ version: 1, documentId: 'd2' }],
}
const second = { ...document, documentId: 'd2', versionNumber: 2, registryId: 'R-2' }
/** The same, and its system corrected it afterwards; a late repeat of the first message was answered with the correction. */
const revised: Evidence = {
  ...clean,
  intake: {
    ids: new Map([[0, new Set(['s', 'c'])]]),
    revised: new Map([[0, new Set(['c'])]]),
    refused: [],
  },
  listed: [submission, correction],
  registered: { ...clean.registered, documents: [document, second] },
  mails: [MAIL, MAIL],
  events: new Map([
    ['s', [NEWS]],
    ['c', [NEWS]],
  ]),
}

describe('the audit of a result that was corrected after its registration', () => {
  it('finds nothing where both are registered and told of once', () => {
    expect(counts(revised)).toEqual(NONE)
  })

  const documents = (...entries: (typeof document)[]): Partial<Evidence> => ({
    registered: { ...clean.registered, documents: entries },
  })
  it.each<[string, Partial<Evidence>, Record<string, number>]>([
    [
      'a correction that became two submissions',
      {
        intake: { ...revised.intake, revised: new Map([[0, new Set(['c', 'c2'])]]) },
        listed: [submission, correction, { ...correction, id: 'c2' }],
      },
      { doubled: 1, disagreements: 1 },
    ],
    ['a correction that is gone', { listed: [submission], ...documents(document) }, { lost: 1 }],
    ['another set', documents(document, { ...second, setId: 'other' }), { disagreements: 1 }],
    [
      'a number left out',
      documents(document, { ...second, versionNumber: 3 }),
      { disagreements: 1 },
    ],
    [
      'a correction that replaces nothing',
      { listed: [submission, { ...correction, replaces: null }] },
      { disagreements: 1 },
    ],
    [
      'a first registration that is gone',
      documents({ ...document, registrations: 0 }, second),
      { disagreements: 1 },
    ],
    ['a third mail', { mails: [MAIL, MAIL, MAIL] }, { mailsDoubled: 1 }],
    ['one mail for two', { mails: [MAIL] }, { disagreements: 1 }],
  ])('finds %s', (_name, change, found) => {
    expect(counts({ ...revised, ...change })).toEqual({ ...NONE, ...found })
  })
})
