import type { Desk } from './desk.ts'
import type { Listed } from './observe.ts'
import { snilsOf } from './people.ts'
import { isHeld, type Registered } from './registry-books.ts'
import type { Wills } from './wills.ts'

interface Decision {
  readonly question: string
  readonly decision: string
}

/** What the run knows and the product asks about. */
export interface Truth {
  readonly run: string
  readonly desk: Pick<Desk, 'wordOf'>
  readonly wills: Pick<Wills, 'said'>
}

/** Answers to the questions that are open about a submission. `all`: every submission of its result. */
export function decisionsOn(
  asked: Listed,
  all: readonly Listed[],
  books: Registered,
  truth: Truth,
): Decision[] {
  return asked.questions.flatMap(({ code, details }): Decision[] => {
    const say = (decision: string) => [{ question: code, decision }]
    switch (code) {
      case 'which-word':
        return say(isNewest(asked, all, truth.desk) ? 'newest' : 'outdated')
      case 'registry-contradicts':
      case 'registry-number-taken':
        return say(isRegistered(books, details) ? 'accepted' : 'refused')
      case 'consent-unclear':
        return say(saysYes(asked, truth) ? 'yes' : 'no')
      default:
        // Nothing of a run makes a person doubtful: the audit finds what stays open.
        return []
    }
  })
}

/** Whether the laboratory said it after everything that has a place among its words. */
function isNewest(asked: Listed, all: readonly Listed[], desk: Truth['desk']): boolean {
  const wordOf = ({ id, version }: Listed) => desk.wordOf(id, version) ?? -1
  const placed = all.filter(
    ({ id, analysisCode, phase, reason }) =>
      id !== asked.id &&
      analysisCode === asked.analysisCode &&
      phase !== 'awaiting-decision' &&
      reason !== 'outdated',
  )
  return wordOf(asked) > Math.max(-1, ...placed.map(wordOf))
}

/** The registry is asked what it really holds. */
function isRegistered({ documents }: Registered, details: Listed['questions'][number]['details']) {
  return documents.some(
    (document) => document.documentId === details.documentId && isHeld(document),
  )
}

/** The patient is asked. */
function saysYes({ source }: Listed, { run, wills }: Truth): boolean {
  const item = Number(source.resultId.slice(run.length + 1))
  return (wills.said.get(snilsOf(item))?.at(-1)?.says ?? 'yes') === 'yes'
}
