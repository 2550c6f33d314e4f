import { BOOK_WORDS, type BookWord } from '../../domain/registry/book.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { toStatus } from '../../domain/submission/status.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import { Prisma } from '../../prisma/generated/client.ts'

/** What a statement is about to write of the facts a status follows from; the others are read from the row `s`. */
export interface StatusFacts {
  readonly phase?: Phase
  readonly lastVerdict?: Verdict | null
  readonly book?: BookWord
}
interface Known {
  readonly phase: Phase
  readonly lastVerdict: Verdict | undefined
  readonly book: BookWord | undefined
}
interface Unknown {
  readonly expression: string
  readonly values: readonly string[]
  with(known: Known, value: string | undefined): Known
}

/** The rule of domain/submission/status.ts as SQL, made from the rule itself: it is written once. */
export function statusSql(facts: StatusFacts): Prisma.Sql {
  const key = `${facts.phase} ${facts.lastVerdict} ${facts.book}`
  const made = MADE.get(key) ?? Prisma.raw(render(unknowns(facts), toKnown(facts)))
  MADE.set(key, made)
  return made
}
const MADE = new Map<string, Prisma.Sql>()

const toKnown = ({ phase, lastVerdict, book }: StatusFacts): Known => ({
  phase: phase ?? Phase.checkingConsent,
  lastVerdict: lastVerdict ?? undefined,
  book,
})

function unknowns(facts: StatusFacts): Unknown[] {
  return [
    ...(facts.book === undefined ? [BOOK] : []),
    ...(facts.phase === undefined ? [PHASE] : []),
    ...(facts.lastVerdict === undefined ? [LAST_VERDICT] : []),
  ]
}

// The book of an earlier version says nothing about the current one.
const BOOK: Unknown = {
  expression: 'CASE WHEN s.book_version = s.version THEN s.book END',
  values: BOOK_WORDS,
  with: (known, value) => ({ ...known, book: value as BookWord | undefined }),
}
const PHASE: Unknown = {
  expression: 's.phase',
  values: Object.values(Phase),
  with: (known, value) => ({ ...known, phase: (value ?? Phase.checkingConsent) as Phase }),
}
const LAST_VERDICT: Unknown = {
  expression: 's.last_verdict',
  values: Object.values(Verdict),
  with: (known, value) => ({ ...known, lastVerdict: value as Verdict | undefined }),
}

/** Words of ours, never input: as text they let one plan serve every value. */
function render([unknown, ...rest]: readonly Unknown[], known: Known): string {
  if (!unknown) return `'${toStatus(known.phase, known.lastVerdict, known.book)}'`
  const otherwise = render(rest, unknown.with(known, undefined))
  const cases = unknown.values
    .map((value) => [value, render(rest, unknown.with(known, value))] as const)
    .filter(([, chosen]) => chosen !== otherwise)
    .map(([value, chosen]) => `WHEN '${value}' THEN ${chosen}`)
  if (cases.length === 0) return otherwise
  return `CASE ${unknown.expression} ${cases.join(' ')} ELSE ${otherwise} END`
}
