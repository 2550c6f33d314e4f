import { quantile } from '../load/distribution.ts'
import type { Reading } from '../load/meters.ts'
import type { Posted } from './posting.ts'

/** What one laboratory's urgent results met. */
export interface Met {
  readonly intakeMs: readonly number[]
  readonly totalMs: readonly number[]
}

export interface FloodResult {
  readonly calm: Met
  readonly flood: Met
  readonly flooded: readonly Posted[]
  /** Results a second that were kept while the flood lasted; the limit on intake holds it down. */
  readonly carried: number
  /** Share of all processors that was in use, by whomever, while half load was sent. */
  readonly calmBusy: number
  readonly backlog: { readonly waiting: number; readonly onTheirWay: number }
  readonly before: Reading
  readonly after: Reading
}

export const ratioOf = ({ calm, flood }: FloodResult): number =>
  quantile(flood.totalMs, 0.5) / quantile(calm.totalMs, 0.5)

/** On a machine busy with other things half load is more than that: a ratio to it says nothing. */
const MOST_BUSY = 0.75
export const isHalfLoad = ({ calmBusy }: FloodResult) => calmBusy <= MOST_BUSY

export function reportText(result: FloodResult): string {
  const { calm, flood, flooded, carried, calmBusy, backlog, before, after } = result
  const megabytes = (bytes: number | undefined) => `${((bytes ?? 0) / 1024 / 1024).toFixed(0)} MB`
  return [
    `urgent results of another laboratory   half load (${calm.totalMs.length})      flood (${flood.totalMs.length})         ratio`,
    row('POST → 202', calm.intakeMs, flood.intakeMs),
    row('POST → retained', calm.totalMs, flood.totalMs),
    `answers to the flood                   ${countsOf(flooded)}`,
    `kept meanwhile                         ${carried.toFixed(1)} a second`,
    `processors in use at half load         ${(calmBusy * 100).toFixed(0)} %${isHalfLoad(result) ? '' : ': that was no half load, the ratio says nothing'}`,
    `left at the end                        ${backlog.waiting} waiting to be started, ${backlog.onTheirWay} on their way`,
    ...Object.keys(after.memory).map(
      (name) =>
        `memory of ${name.padEnd(28)} ${megabytes(before.memory[name])} → ${megabytes(after.memory[name])}, ` +
        `processor ${(((after.cpuMs[name] ?? 0) - (before.cpuMs[name] ?? 0)) / 1000).toFixed(1)} s`,
    ),
  ].join('\n')
}

function row(name: string, calm: readonly number[], flood: readonly number[]): string {
  const cell = (values: readonly number[]) =>
    `p50 ${quantile(values, 0.5).toFixed(0)} p95 ${quantile(values, 0.95).toFixed(0)} ms`.padEnd(23)
  const ratio = (q: number) => (quantile(flood, q) / quantile(calm, q)).toFixed(2)
  return `${name.padEnd(38)} ${cell(calm)} ${cell(flood)} p50 ${ratio(0.5)} p95 ${ratio(0.95)}`
}

function countsOf(posted: readonly Posted[]): string {
  const byStatus = Map.groupBy(posted, ({ status }) => status)
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, group]) => {
      const took = quantile(
        group.map(({ tookMs }) => tookMs),
        0.5,
      )
      return `${status || 'no answer'}: ${group.length} (p50 ${took.toFixed(0)} ms)`
    })
    .join(', ')
}
