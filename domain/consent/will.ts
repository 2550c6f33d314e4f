/** One act of the patient about one analysis. Its time is a moment, or a whole day where only the day is known. */
export interface Expression {
  readonly says: 'yes' | 'no'
  /** Earliest and latest moment at which it can have been expressed. */
  readonly from: Date
  readonly to: Date
  /** Where it is written: id of a consent in the register, or `service:` with the document and the time named there. */
  readonly by: string
}

export type Will =
  | { readonly kind: 'yes' | 'no'; readonly newest: Expression }
  /** The newest contradict each other, and which came last does not follow from their times. */
  | { readonly kind: 'unclear'; readonly between: readonly Expression[] }
  | { readonly kind: 'none' }

/** What a person decided about an unclear order: for these analyses, between what was known then. */
export interface WillDecision {
  readonly analyses: readonly string[]
  /** As `toKey` writes them. */
  readonly between: readonly string[]
  readonly says: 'yes' | 'no'
}

/** The newest expression decides. All that no other is surely later than can be the newest: they have to agree. */
export function newestWill(expressions: readonly Expression[]): Will {
  const newest = expressions
    .filter((one) => !expressions.some((other) => isSurelyLater(other, one)))
    .toSorted((a, b) => b.to.getTime() - a.to.getTime())
  const [first] = newest
  if (!first) return { kind: 'none' }
  return newest.every(({ says }) => says === first.says)
    ? { kind: first.says, newest: first }
    : { kind: 'unclear', between: newest }
}

/** A person's word holds while nothing is in question that it was not given about. */
export function settle(will: Will, analysis: string, decisions: readonly WillDecision[]): Will {
  if (will.kind !== 'unclear') return will
  const decision = decisions.find(
    ({ analyses, between }) =>
      analyses.includes(analysis) && will.between.every((one) => between.includes(toKey(one))),
  )
  const newest = will.between.find(({ says }) => says === decision?.says)
  return decision && newest ? { kind: decision.says, newest } : will
}

/** An expression among others of its submission: a consent withdrawn later is another one. */
export function toKey({ says, by }: Expression): string {
  return `${says} ${by}`
}

function isSurelyLater(one: Expression, other: Expression): boolean {
  return one.from.getTime() > other.to.getTime()
}
