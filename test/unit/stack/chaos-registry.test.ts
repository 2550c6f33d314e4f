import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../bench/chaos/audit.ts'
import { snilsOf } from '../../../bench/chaos/people.ts'
import {
  clean,
  content,
  correction,
  counts,
  document,
  expectation,
  HELD,
  holding,
  NONE,
  revised,
  said,
  second,
  submission,
} from './chaos-evidence.ts'

const NO = new Date('2026-01-01T00:00:00Z')
const later = { from: NO, until: NO }

describe('the audit of what the registry holds', () => {
  it.each<[string, Evidence, Partial<Evidence>, Record<string, number>]>([
    [
      'a stale value',
      revised,
      { expected: [{ ...expectation, last: { ...said, value: '130' } }] },
      { stale: 1 },
    ],
    [
      "another patient's document",
      clean,
      { expected: [{ ...expectation, last: { ...said, snils: snilsOf(0, 1) } }] },
      { stale: 1 },
    ],
    [
      'a document of a result that was taken back',
      clean,
      { expected: [{ ...expectation, last: undefined }] },
      { stale: 1 },
    ],
    [
      'a fork: two that replace one',
      revised,
      {
        ...holding(document, second, { ...second, documentId: 'd3', versionNumber: 3 }),
        listed: [
          submission,
          {
            ...correction,
            versions: [...correction.versions, { version: 2, documentId: 'd3', registry: HELD }],
          },
        ],
        contents: new Map([...revised.contents, ['d3', { ...content, value: '120' }]]),
      },
      { doubled: 1, forked: 2, disagreements: 1 },
    ],
    [
      'a fork: a second one that replaces nothing',
      revised,
      holding(document, { ...second, replaces: null }),
      { doubled: 1, forked: 1, stale: 1, disagreements: 1 },
    ],
    [
      'a number that two documents have',
      revised,
      holding(document, { ...second, versionNumber: 1, replaces: 'd' }),
      { doubled: 1, disagreements: 2 },
    ],
    [
      'a set of two patients',
      revised,
      {
        contents: new Map([
          ['d', { ...content, snils: snilsOf(0, 1) }],
          ['d2', { ...content, value: '120' }],
        ]),
        wills: { said: new Map(), owners: new Map() },
      },
      { consents: 1, disagreements: 1 },
    ],
    ['other bytes', clean, holding({ ...document, documentDigest: 'y' }), { disagreements: 1 }],
    ['a missing consent', clean, holding({ ...document, consentNumber: null }), { consents: 1 }],
    [
      'a foreign consent',
      clean,
      { wills: { said: new Map(), owners: new Map([['С-1', snilsOf(7)]]) } },
      { consents: 1 },
    ],
    [
      'a document that was sent after the patient had said no',
      clean,
      {
        ...holding({ ...document, receivedAt: '2026-01-01T00:01:00.000Z' }),
        wills: {
          ...clean.wills,
          said: new Map([[snilsOf(0), [{ says: 'no', ...later }]]]),
        },
      },
      { consents: 1 },
    ],
    [
      'a question that is still open',
      clean,
      {
        listed: [
          {
            ...submission,
            versions: [
              {
                ...{ version: 1, documentId: 'd' },
                registry: { state: 'contradicted', believed: 'accepted' },
              },
            ],
          },
        ],
      },
      { disagreements: 1 },
    ],
    [
      'a withdrawal that the product does not know of',
      clean,
      holding({ ...document, withdrawnAt: '2026-01-01T00:02:00.000Z' }),
      { lost: 1, disagreements: 1 },
    ],
  ])('finds %s', (_name, base, change, found) => {
    expect(counts({ ...base, ...change })).toEqual({ ...NONE, ...found })
  })

  it('lets a patient say no after the document was sent, and yes again before', () => {
    const wills = (...all: ('yes' | 'no')[]) => ({
      ...clean.wills,
      said: new Map([[snilsOf(0), all.map((says) => ({ says, ...later }))]]),
    })
    expect(counts({ ...clean, wills: wills('no') })).toEqual(NONE)
    const sent = holding({ ...document, receivedAt: '2026-01-01T00:01:00.000Z' })
    expect(counts({ ...clean, ...sent, wills: wills('no', 'yes') })).toEqual(NONE)
  })
})
