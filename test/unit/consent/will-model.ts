import fc from 'fast-check'

export const ANALYSES = ['A', 'B', 'C']
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const START = Date.parse('2027-01-10T00:00:00+03:00')

/** Something that happens to the laboratory, the patient or the clock. Times are hours. */
export type Event =
  /** `about` empty: all analyses. `ago`: how long before now it was expressed. */
  | { kind: 'give'; about: string[]; ago: number; byDay: boolean; term: number | null }
  | { kind: 'withdraw'; which: number; ago: number; byDay: boolean }
  /** What the consent service answers from now on; `dated`: how long before now it says it was expressed. */
  | {
      kind: 'service'
      about: string[]
      status: 'active' | 'expired' | 'rejected' | 'unknown' | 'away'
      dated: number | null
      document: string | null
    }
  | { kind: 'tick'; hours: number }
  | { kind: 'decide'; says: 'yes' | 'no' }
  | { kind: 'send'; about: string[] }

const someAnalyses = fc.subarray(ANALYSES, { minLength: 1 })
const ago = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 100 }))
const kinds = fc.constantFrom('active', 'expired', 'rejected', 'unknown', 'away') as fc.Arbitrary<
  Extract<Event, { kind: 'service' }>['status']
>

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('give' as const),
      about: fc.subarray(ANALYSES),
      ago,
      byDay: fc.boolean(),
      term: fc.option(fc.integer({ min: 1, max: 200 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('withdraw' as const),
      which: fc.nat(9),
      ago,
      byDay: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('service' as const),
      about: someAnalyses,
      status: fc.oneof({ weight: 3, arbitrary: fc.constant('active' as const) }, kinds),
      dated: fc.option(fc.oneof(ago, fc.constant(-50))),
      document: fc.option(fc.constantFrom('Д-1', 'Д-2', '№-1', '№-2')),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      hours: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      says: fc.constantFrom('yes' as const, 'no' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send' as const), about: someAnalyses }),
  },
)
export const anyStory = fc.record({
  hasService: fc.boolean(),
  events: fc.array(event, { minLength: 2, maxLength: 30 }),
})

interface Act {
  readonly says: 'yes' | 'no'
  readonly about: readonly string[]
  readonly from: number
  readonly to: number
  readonly until: number
  readonly isService?: boolean
}
interface Settled {
  readonly analysis: string
  readonly acts: readonly Act[]
  readonly rejectedAt: number | undefined
}
interface Answer {
  readonly status: Extract<Event, { kind: 'service' }>['status']
  readonly at: number | undefined
}

/**
 * What is true of the patient's will, in the simplest words: a list of what was expressed, and what the service says.
 * A document may leave if about each of its analyses there is a yes, no "no" that a later yes does not certainly follow,
 * and a service that does not object.
 */
export class WillModel {
  now = START
  readonly acts: Act[] = []
  readonly answers = new Map<string, Answer>()
  private question: Settled[] = []
  private readonly settled: Settled[] = []
  private readonly hasService: boolean

  constructor(hasService: boolean) {
    this.hasService = hasService
  }

  expressed(
    says: Act['says'],
    about: readonly string[],
    from: number,
    byDay: boolean,
    until?: number,
  ) {
    const to = byDay ? from + DAY - 1 : from
    this.acts.push({ says, about: [...about], from, to, until: until ?? Number.POSITIVE_INFINITY })
  }

  /** A person is asked about the analyses, knowing what is known now. */
  asked(analyses: readonly string[]): void {
    this.question = analyses.map((analysis) => {
      const rejectedAt = this.answers.get(analysis)?.at
      return { analysis, acts: [...this.acts], rejectedAt }
    })
  }

  /** The person says that the patient's yes came last; a "no" changes nothing. */
  decidedYes(): void {
    this.settled.push(...this.question)
  }

  mayLeave(analyses: readonly string[]): boolean {
    return analyses.every((analysis) => this.isYes(analysis))
  }

  private isYes(analysis: string): boolean {
    const live = this.acts.filter(
      ({ about, until }) => about.includes(analysis) && until > this.now,
    )
    const answer = this.hasService ? this.answers.get(analysis) : undefined
    const told = answer?.at !== undefined && answer.at <= this.now ? answer.at : undefined
    const yes = live.filter(({ says }) => says === 'yes').map(({ from }) => from)
    const no = live.filter(({ says }) => says === 'no')
    let confirmed = false
    if (this.hasService) {
      if (answer === undefined) return false
      if (answer.status === 'active') confirmed = true
      else if (answer.status === 'rejected' && told !== undefined)
        no.push({
          says: 'no',
          about: [analysis],
          from: told,
          to: told,
          until: this.now,
          isService: true,
        })
      else return false
    }
    if (answer?.status === 'active' && told !== undefined) yes.push(told)
    const isFollowed = (one: Act) =>
      yes.some((from) => from > one.to) || this.isSettled(one, analysis)
    return (yes.length > 0 || confirmed) && no.every(isFollowed)
  }

  private isSettled(act: Act, analysis: string): boolean {
    return this.settled.some(
      (one) =>
        one.analysis === analysis &&
        (one.acts.includes(act) || (act.isService && act.from === one.rejectedAt)),
    )
  }
}
