import type { ChaosResult } from './chaos.ts'
import { KILL_KINDS } from './plan.ts'
import { STORY_KINDS } from './story.ts'

/** True when the product kept every promise of the run. */
export function isClean({ findings, rested, accepted, options }: ChaosResult): boolean {
  const { mailsUncertain: _, ...lists } = findings
  const faults = Object.values(lists).every((list) => list.length === 0)
  return faults && rested && accepted === options.n
}

export function reportText(result: ChaosResult): string {
  const { findings, options, listed } = result
  const retained = listed.filter(({ phase }) => phase === 'retained').length
  return [
    `seed ${options.seed}, Temporal ${options.temporal}, ${options.workers} workers, ${options.rate} results/s`,
    `accepted         ${result.accepted} of ${options.n} (${result.posts} posts, ${result.retries} calls repeated, ${result.corrections} corrections of refused, ${result.revisions} of registered results)`,
    `stories          ${storiesLine(result)}`,
    `by hand          ${result.acts.decisions} questions answered, ${result.acts.saidAgain} results said once more, ${result.acts.retries} steps tried again`,
    `retained         ${retained}`,
    `elsewhere        ${elsewhere(result) || 'none'}`,
    ...[
      ['lost', findings.lost] as const,
      ['registered twice', findings.doubled] as const,
      ['forked', findings.forked] as const,
      ['stale', findings.stale] as const,
      ['without consent', findings.consents] as const,
      ['mails doubled', findings.mailsDoubled] as const,
      ['disagreements', findings.disagreements] as const,
    ].map(([name, list]) => [`${name.padEnd(17)}${list.length}`, ...some(list)].join('\n    ')),
    `mails uncertain  ${findings.mailsUncertain} (not sent again, because the first may have left)`,
    `faults           ${result.faults} switched on at the sandbox`,
    ...killLines(result),
    `time             ${seconds(result.sendingMs)} until all were in, ${seconds(result.totalMs)} until all rested${result.rested ? '' : ': NOT ALL DID'}`,
    isClean(result) ? 'clean' : 'NOT CLEAN',
  ].join('\n')
}

function storiesLine({ stories }: ChaosResult): string {
  const words = stories.reduce((sum, story) => sum + story.words.length, 0)
  const kinds = STORY_KINDS.map(
    (kind) => `${stories.filter((story) => story.kind === kind).length} ${kind}`,
  )
  return `${kinds.join(', ')} (${words} words)`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const MOST_SHOWN = 20
const some = (list: readonly string[]) =>
  list.length > MOST_SHOWN
    ? [...list.slice(0, MOST_SHOWN), `… and ${list.length - MOST_SHOWN} more`]
    : list

function elsewhere({ listed }: ChaosResult): string {
  const others = listed.filter(({ phase }) => phase !== 'retained')
  const groups = Map.groupBy(others, ({ phase, reason }) =>
    reason ? `${phase}: ${reason}` : phase,
  )
  return [...groups].map(([name, group]) => `${group.length} ${name}`).join(', ')
}

function killLines({ kills, retainedAt }: ChaosResult): string[] {
  return KILL_KINDS.flatMap((kind) => {
    const own = kills.filter((kill) => kill.kind === kind)
    if (own.length === 0) return []
    const next = own
      .map(({ at }) => retainedAt.find((moment) => moment > at)?.getTime())
      .map((moment, at) => (moment ?? Number.NaN) - (own[at]?.at.getTime() ?? 0))
      .filter((ms) => !Number.isNaN(ms))
    const back = own.map(({ backMs }) => backMs)
    return `killed           ${String(own.length).padStart(3)} × ${kind.padEnd(9)} works again ${spreadOf(back)}, next retained ${spreadOf(next)}`
  })
}

function spreadOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  const longest = sorted.at(-1)
  if (middle === undefined || longest === undefined) return 'never'
  return `after ${seconds(middle)} (longest ${seconds(longest)})`
}
