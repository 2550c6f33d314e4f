import { describe, expect, it } from 'vitest'
import { hl7v2Parser } from '../../../adapters/formats/hl7v2/hl7v2-parser.ts'
import { jsonParser } from '../../../adapters/formats/json/json-parser.ts'
import { toContent } from '../../../bench/chaos/contents.ts'
import { decisionsOn, type Truth } from '../../../bench/chaos/decisions.ts'
import { expectationsOf } from '../../../bench/chaos/expectations.ts'
import { toMessage } from '../../../bench/chaos/messages.ts'
import { makePlan } from '../../../bench/chaos/plan.ts'
import { createRandom } from '../../../bench/chaos/random.ts'
import { CONTRADICTIONS } from '../../../bench/chaos/stories.ts'
import { isOrdered, panelsOf, STYLES } from '../../../bench/chaos/story.ts'
import { document, submission } from './chaos-evidence.ts'

const { stories, arrivals } = makePlan(createRandom(1), { n: 2000, rate: 4, kills: 0, workers: 1 })
const of = (kind: string) => stories.filter((story) => story.kind === kind)

describe('the stories of a chaos run', () => {
  it('says every word of them, the first ones of what has no order one by one', () => {
    for (const { steps, words, style } of stories) {
      const said = steps.flatMap((step) => step.words)
      expect(new Set(said)).toEqual(new Set(words.keys()))
      const first = said.filter((word, at) => said.indexOf(word) === at)
      if (!isOrdered(style)) expect(first).toEqual(first.toSorted((a, b) => a - b))
    }
  })

  it('corrects in every style, at once, later, again, back and forth', () => {
    const storms = of('storm')
    expect(new Set(storms.map(({ style }) => style))).toEqual(new Set(STYLES))
    expect(Math.max(...storms.map(({ words }) => words.length))).toBe(5)
    const back = storms.filter(({ words }) => {
      const values = words.map((word) => Object.values(word.values)[0])
      return values.some((value, at) => values.indexOf(value) < at - 1)
    })
    expect(back.length).toBeGreaterThan(20)
    const steps = storms.flatMap((story) => story.steps)
    expect(steps.some(({ words }) => new Set(words).size > 2)).toBe(true)
    expect(steps.some(({ words }) => new Set(words).size < words.length)).toBe(true)
    expect(steps.some(({ after }) => after === 'rest')).toBe(true)
    expect(storms.some(({ words }) => words.at(-1)?.status === 'cancelled')).toBe(true)
  })

  it('moves results to other patients, holds several panels, and contradicts itself in every way', () => {
    for (const { words } of of('wrong-patient'))
      expect([words[0]?.person, words.at(-1)?.person]).toEqual([0, 1])
    for (const story of of('panels')) expect(panelsOf(story).length).toBeGreaterThan(1)
    const strikes = of('contradiction').flatMap(({ steps }) =>
      steps.flatMap(({ contradiction }) => contradiction ?? []),
    )
    expect(new Set(strikes)).toEqual(new Set(CONTRADICTIONS))
  })

  it('expects the last word of each panel, and nothing of who said no before', () => {
    const expected = expectationsOf('R', { arrivals, stories }, new Set())
    expect(expected.length).toBeGreaterThan(2000)
    for (const story of of('will')) {
      const [first] = story.steps
      const own = expected.filter(({ resultId }) => resultId === `R-${story.item}`)
      if (first?.will === 'no' && story.words.length === 1) expect(own[0]?.last).toBeUndefined()
      if (story.words.length === 2) expect(own[0]).toMatchObject({ optional: false })
    }
  })
})

describe('the messages of a story', () => {
  const options = { timeZone: 'Europe/Moscow', identifierChecks: 'strict' } as const

  it('can be read, and state the order that their style has', async () => {
    const at = new Date('2026-03-01T08:00:00.123Z')
    const few = STYLES.map((style) => stories.find((story) => story.style === style))
    for (const story of [...few, of('panels')[0]]) {
      if (!story) throw new Error('no story')
      for (const [index, word] of story.words.entries()) {
        const { body, headers } = await toMessage('R', story, index, at)
        const contentType = headers['content-type'] ?? 'application/json'
        const parser = story.style === 'hl7' ? hl7v2Parser : jsonParser
        const parsed = parser.parse({ bytes: Buffer.from(body), contentType, options })
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
        const { results } = parsed.value
        expect(results).toHaveLength(Object.keys(word.values).length)
        const [first] = results
        expect(first?.report.status).toBe(word.status)
        const stated = { hl7: 'sentAt', versioned: 'version', issued: 'issuedAt' } as const
        if (story.style !== 'marked' && story.style !== 'bare')
          expect(first?.word[stated[story.style]]).toBeDefined()
        else expect(first?.word.sentAt ?? first?.word.version).toBeUndefined()
      }
    }
  })

  it('are found again in their documents', () => {
    const xml =
      '<laboratoryReport><source resultId="R-1" system="S"></source><patient><snils>1</snils></patient>' +
      '<analysis code="B03" codeSystem="nmu"></analysis><observations><observation index="1" status="final">' +
      '<laboratoryCode code="1"></laboratoryCode><value><quantity>112</quantity></value></observation></observations></laboratoryReport>'
    expect(toContent(xml)).toMatchObject({
      ...{ resultId: 'R-1', analysisCode: 'B03', snils: '1', value: '112' },
    })
  })
})

describe('the person at the desk', () => {
  const words = new Map([
    ['s', 1],
    ['older', 0],
    ['newer', 2],
  ])
  const truth: Truth = {
    run: 'CHAOS-1',
    desk: { wordOf: (id) => words.get(id) },
    wills: { said: new Map() },
  }
  const books = { totals: {}, documents: [document] }
  const answer = (id: string, code: string, details = {}) =>
    decisionsOn(
      { ...submission, id, questions: [{ code, details }] },
      [submission],
      books,
      truth,
    )[0]?.decision

  it('knows which word was said last', () => {
    expect(answer('newer', 'which-word')).toBe('newest')
    expect(answer('older', 'which-word')).toBe('outdated')
    expect(answer('unknown', 'which-word')).toBe('outdated')
  })

  it('asks the registry and the patient, and answers nothing else', () => {
    expect(answer('s', 'registry-contradicts', { documentId: 'd' })).toBe('accepted')
    expect(answer('s', 'registry-number-taken', { documentId: 'x' })).toBe('refused')
    expect(answer('s', 'consent-unclear')).toBe('yes')
    expect(answer('s', 'identity-differs')).toBeUndefined()
  })
})
