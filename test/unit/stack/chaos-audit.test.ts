import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../bench/chaos/audit.ts'
import {
  clean,
  correction,
  counts,
  document,
  holding,
  MAIL,
  NEWS,
  NONE,
  revised,
  second,
  submission,
} from './chaos-evidence.ts'

describe('the audit of a chaos run', () => {
  it('finds nothing where all agree', () => {
    expect(counts(clean)).toEqual(NONE)
  })

  it.each<[string, Partial<Evidence>, Record<string, number>]>([
    [
      'a submission that is gone',
      { listed: [], registered: { ...clean.registered, documents: [] } },
      { lost: 2 },
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
      { registered: { ...clean.registered, documents: [{ ...document, status: 'rejected' }] } },
      { lost: 1, disagreements: 2 },
    ],
    [
      'another number than the registry gave',
      { registered: { ...clean.registered, documents: [{ ...document, registryId: 'R-2' }] } },
      { disagreements: 1 },
    ],
    [
      'a registration the API does not know of',
      {
        listed: [
          {
            ...submission,
            phase: 'needs-attention',
            versions: [
              { version: 1, documentId: 'd', registry: { state: 'out', believed: 'out' } },
            ],
          },
        ],
      },
      { disagreements: 1 },
    ],
    [
      'a document that belongs to nobody',
      {
        registered: {
          ...clean.registered,
          documents: [document, { ...document, documentId: 'x', setId: 'x', status: 'rejected' }],
        },
      },
      { disagreements: 1 },
    ],
    [
      'a submission nobody was promised',
      { listed: [submission, { ...submission, id: 'other' }] },
      { disagreements: 2 },
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

describe('the audit of a result that was corrected after its registration', () => {
  it('finds nothing where both are registered and told of once', () => {
    expect(counts(revised)).toEqual(NONE)
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
    [
      'a correction that is gone',
      { listed: [submission], ...holding(document) },
      { lost: 1, stale: 1, mailsDoubled: 1 },
    ],
    ['another set', holding(document, { ...second, setId: 'other' }), { disagreements: 2 }],
    ['a number left out', holding(document, { ...second, versionNumber: 3 }), { disagreements: 1 }],
    [
      'a correction that replaces nothing',
      { listed: [submission, { ...correction, replaces: null }] },
      { disagreements: 1 },
    ],
    [
      'a first registration that is gone',
      holding({ ...document, status: 'rejected' }, second),
      { disagreements: 3 },
    ],
    ['a third mail', { mails: [MAIL, MAIL, MAIL] }, { mailsDoubled: 1 }],
    ['one mail for two', { mails: [MAIL] }, { disagreements: 1 }],
  ])('finds %s', (_name, change, found) => {
    expect(counts({ ...revised, ...change })).toEqual({ ...NONE, ...found })
  })
})
