import { Context } from '@temporalio/activity'

/** The first beat comes after one pause: a step that is over before then costs Temporal nothing. */
export const BEAT_EVERY_MS = 1_000

/**
 * A long step shows that it is alive, so that one lost with its worker is known for lost within `heartbeatTimeout`
 * (workflows/steps.ts). A beat also brings the news that the run is being cancelled: nobody listens, on purpose, because
 * what a step has done is known only when it has ended.
 */
export function beating<Args extends unknown[], Result>(
  activity: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const context = Context.current()
    const timer = setInterval(() => context.heartbeat(), BEAT_EVERY_MS)
    try {
      return await activity(...args)
    } finally {
      clearInterval(timer)
    }
  }
}
