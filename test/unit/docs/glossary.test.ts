import { describe, expect, it } from 'vitest'
import { Phase } from '../../../domain/submission/phase.ts'
import { STATUS_TEXT } from '../../../domain/submission/status.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'
import { PHASE_TEXT } from '../../../stack/phase-text.ts'
import { codeIn, tableOf } from './markdown.ts'
import { matchesIn, sourcesIn } from './sources.ts'

const PAGE = 'docs/glossary.md'
const pairs = (heading: string) =>
  tableOf(PAGE, heading).map(([russian, identifier]) => [codeIn(identifier), russian])

describe('docs/glossary.md', () => {
  it('names every phase as the terminal does', () => {
    expect(pairs('Phases')).toEqual(Object.entries(PHASE_TEXT))
    expect(Object.keys(PHASE_TEXT)).toEqual(Object.values(Phase))
  })

  it('names every status', () => {
    expect(pairs('Statuses').toSorted()).toEqual(Object.entries(STATUS_TEXT).toSorted())
  })

  it('names every verdict', () => {
    expect(pairs('Verdicts').map(([identifier]) => identifier)).toEqual(Object.values(Verdict))
  })

  it('names every type of event', () => {
    const documented = tableOf(PAGE, 'Events').map(([type]) => codeIn(type))
    expect(new Set(documented).size).toBe(documented.length)
    expect(documented.toSorted()).toEqual([...eventTypes()].toSorted())
  })

  it('gives one concept one identifier', () => {
    const identifiers = tableOf(PAGE, 'Concepts').map(([, , identifier]) => identifier)
    expect(identifiers).toEqual([...new Set(identifiers)])
  })
})

function eventTypes(): Set<string> {
  const sources = sourcesIn('activities', 'adapters/storage', 'api')
  const composed = matchesIn(sources, /type: `([a-z]+)\.\$\{/g)
  // A third kind of composed event would be missed below.
  expect(composed).toEqual(new Set(['notification', 'person']))
  return new Set([
    ...matchesIn(sources, /type: '([a-z]+(?:-[a-z]+)*\.[a-z-]+)'/g),
    ...[...notificationOutcomes()].map((outcome) => `notification.${outcome}`),
    ...[...actionsOfPeople()].map((action) => `person.${action}`),
  ])
}

function notificationOutcomes(): Set<string> {
  return matchesIn(
    sourcesIn('activities/send-notification.ts'),
    /recorded\(deps, input, '([a-z-]+)'/g,
  )
}

function actionsOfPeople(): Set<string> {
  return new Set([
    ...matchesIn(sourcesIn('api/routes/submissions/actions.ts'), /^ {4}name: '([a-z]+)',$/gm),
    ...matchesIn(sourcesIn('api/routes/submissions/signatures.ts'), /\{ name: '([a-z]+)', text/g),
  ])
}
