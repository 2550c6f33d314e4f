import { toApplicationFailure } from '../../activities/to-application-failure.ts'
import { AppError, type ErrorClass } from '../../domain/shared/app-error.ts'

/** What an activity throws when its adapter could not find out, in the words it reaches the workflow with. */
export function failing(code: string, errorClass: ErrorClass): Error {
  return toApplicationFailure(new AppError(code, errorClass))
}

/** One answer per call, the last one for ever: a value, an error to throw, or work to do. */
export function inTurn<R>(...answers: readonly (R | Error | (() => Promise<R>))[]) {
  let calls = 0
  return async (): Promise<R> => {
    const answer = answers[Math.min(calls, answers.length - 1)] as R | Error | (() => Promise<R>)
    calls += 1
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? await (answer as () => Promise<R>)() : answer
  }
}

/** A door that a test opens: what waits behind it goes on then. */
export function latch(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}
