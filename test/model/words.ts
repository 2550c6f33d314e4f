import fc from 'fast-check'
import { contentDigest } from '../../adapters/formats/content-digest.ts'
import type { WordFacts } from '../../domain/intake/word.ts'
import type { Patient, Report } from '../../domain/report/report.ts'
import { labReport, PATIENT } from '../support/activity-data.ts'

/** How a laboratory system states the order of what it says. Without an order it sends one message after the other. */
export const STYLES = ['versioned', 'issued', 'sent', 'identified', 'marked', 'bare'] as const
export type Style = (typeof STYLES)[number]
const ORDERED: readonly Style[] = ['versioned', 'issued', 'sent']

export interface SaidWord {
  readonly index: number
  readonly value: string
  readonly status: Report['status']
  readonly patient: Patient
}
export interface Spoken {
  readonly style: Style
  readonly words: readonly SaidWord[]
  /** Indexes of words in the order in which their messages arrive, repeats included. */
  readonly arrivals: readonly number[]
  /** Messages do not wait for each other. */
  readonly atOnce: boolean
}

export const PEOPLE: readonly Patient[] = [
  PATIENT,
  {
    ...PATIENT,
    familyName: 'Проверкин',
    snils: '16012345670',
    policy: '1122334455667788',
    localId: 'b',
  },
]

const rawWord = fc.record({
  value: fc.constantFrom('112', '120', '130'),
  marked: fc.boolean(),
  preliminary: fc.boolean(),
  cancelled: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  otherPatient: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
})

/** What one laboratory says of one result, and how it arrives. */
export const spoken: fc.Arbitrary<Spoken> = fc
  .record({
    style: fc.constantFrom(...STYLES),
    raw: fc.array(rawWord, { minLength: 1, maxLength: 4 }),
    shuffle: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
    repeats: fc.array(fc.nat(), { maxLength: 2 }),
    atOnce: fc.boolean(),
  })
  .map(({ style, raw, shuffle, repeats, atOnce }) => {
    const words = toWords(style, raw)
    const ordered = ORDERED.includes(style)
    const first = words.map(({ index }) => index)
    if (ordered) first.sort((a, b) => (shuffle[a] ?? 0) - (shuffle[b] ?? 0))
    const arrivals = [...first]
    // A retry never comes before what it repeats.
    for (const dice of repeats) {
      const index = dice % words.length
      const at = arrivals.indexOf(index) + 1
      arrivals.splice(at + (dice % (arrivals.length - at + 1)), 0, index)
    }
    return { style, words, arrivals, atOnce: ordered && atOnce }
  })

function toWords(
  style: Style,
  raw: readonly {
    value: string
    marked: boolean
    preliminary: boolean
    cancelled: boolean
    otherPatient: boolean
  }[],
): SaidWord[] {
  const words: SaidWord[] = []
  let person = 0
  for (const [index, one] of raw.entries()) {
    const said = words.some(({ status }) => status !== 'preliminary')
    const cancelled = one.cancelled && said
    // Without any mark a value cannot be taken back: it would be the retry of an earlier message.
    const value = style === 'bare' ? `${140 + index}` : one.value
    if (one.otherPatient && said && !cancelled) person = 1 - person
    const later =
      style === 'bare' ? 'final' : ORDERED.includes(style) && !one.marked ? 'final' : 'corrected'
    const status = cancelled
      ? 'cancelled'
      : said
        ? later
        : one.preliminary
          ? 'preliminary'
          : 'final'
    words.push({ index, value, status, patient: PEOPLE[person] as Patient })
  }
  return words
}

/** What must be in force in the end. */
export function lastWord(words: readonly SaidWord[]): SaidWord | undefined {
  const last = words.findLast(({ status }) => status !== 'preliminary')
  return last?.status === 'cancelled' ? undefined : last
}

const START = Date.parse('2026-03-01T08:00:00.000Z')

export function toMessage(style: Style, resultId: string, word: SaidWord) {
  const at = new Date(START + word.index * 60_000).toISOString()
  const base = labReport(resultId)
  const [observation] = base.observations
  if (!observation) throw new Error('no observation')
  const version = style === 'versioned' ? word.index + 1 : undefined
  const report: Report = {
    ...base,
    source: { system: 'LIS', resultId, ...(version && { version }) },
    status: word.status,
    patient: word.patient,
    observations: [
      { ...observation, value: { kind: 'quantity', value: word.value, unit: { code: 'г/л' } } },
    ],
  }
  const facts: Readonly<Record<Style, WordFacts>> = {
    versioned: { version },
    issued: { issuedAt: at },
    sent: { sentAt: at, messageId: `m-${word.index}` },
    identified: { messageId: `m-${word.index}` },
    marked: {},
    bare: {},
  }
  return { report, word: facts[style], contentDigest: contentDigest(report) }
}
