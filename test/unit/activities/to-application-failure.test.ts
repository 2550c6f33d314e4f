import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { toApplicationFailure } from '../../../activities/to-application-failure.ts'
import { AppError } from '../../../domain/shared/app-error.ts'

const SURNAME = 'Тестова'
const failureOf = (error: unknown) => toApplicationFailure(error) as ApplicationFailure

describe('toApplicationFailure of our own errors', () => {
  it.each([
    ['transient', false],
    ['ambiguous', true],
    ['permanent', true],
  ] as const)('%s: type is the code, details carry the class', (errorClass, nonRetryable) => {
    const details = { status: 503, class: 'lies' }
    const failure = failureOf(new AppError('registry-busy', errorClass, { details }))
    expect(failure).toMatchObject({ type: 'registry-busy', message: 'registry-busy', nonRetryable })
    expect(failure.details).toEqual([{ status: 503, class: errorClass }])
    expect(failure.nextRetryDelay).toBeUndefined()
  })

  it('hands on how long the other side asked to wait', () => {
    const error = new AppError('registry-busy', 'transient', { retryAfterMs: 30_000 })
    expect(failureOf(error).nextRetryDelay).toBe(30_000)
  })

  it('waits no shorter than it would by itself: a day of "in a minute" must not use up the tries of a day', () => {
    const error = new AppError('registry-busy', 'transient', { retryAfterMs: 60_000 })
    const delays = [1, 8, 9, 12, 200].map(
      (attempt) => (toApplicationFailure(error, attempt) as ApplicationFailure).nextRetryDelay,
    )
    expect(delays).toEqual([60_000, 64_000, 128_000, 600_000, 600_000])
  })

  it('leaves the cause behind', () => {
    const error = new AppError('signer-unavailable', 'permanent', { cause: new Error(SURNAME) })
    expect(told(failureOf(error))).not.toContain(SURNAME)
  })

  it('knows an AppError of another realm by its shape', () => {
    const foreign = Object.assign(new Error('x'), {
      name: 'AppError',
      code: 'c',
      class: 'permanent',
    })
    expect(failureOf(foreign)).toMatchObject({ type: 'c', nonRetryable: true })
  })
})

describe('toApplicationFailure of anything else', () => {
  const named = (name: string) => Object.assign(new Error(SURNAME), { name })
  it.each([
    ['an error', new TypeError(`не найден ${SURNAME}`), 'TypeError'],
    [
      'lines that look like frames',
      new RangeError(`x\n    at ${SURNAME} (a.ts:1:1)`),
      'RangeError',
    ],
    ['a talkative name', named(`Error of ${SURNAME}`), 'Error'],
    ['a Cyrillic name', named(SURNAME), 'Error'],
    ['a cause', new Error('x', { cause: new Error(SURNAME) }), 'Error'],
    ['many errors', new AggregateError([new Error(SURNAME)], SURNAME), 'AggregateError'],
    ['a thrown text', SURNAME, 'string'],
    ['a thrown object', { familyName: SURNAME }, 'object'],
    ['nothing', undefined, 'undefined'],
  ])('%s: only its type is told', (_, error, name) => {
    const failure = failureOf(error)
    expect(failure).toMatchObject({
      type: 'unexpected-failure',
      message: name,
      nonRetryable: false,
    })
    expect(told(failure)).not.toContain(SURNAME)
  })

  it('keeps the frames, by which the bug is found', () => {
    const { stack } = failureOf(new TypeError(SURNAME))
    expect(stack).toContain('to-application-failure.test.ts')
    expect(stack?.split('\n').every((line) => /^\s+at /.test(line))).toBe(true)
  })

  it('does without a stack', () => {
    const error = new Error('x')
    delete error.stack
    expect(failureOf(error).stack).toBe('')
  })
})

it('passes on what is Temporal’s already', () => {
  for (const error of [ApplicationFailure.nonRetryable('x'), new CancelledFailure('x')])
    expect(toApplicationFailure(error)).toBe(error)
})

function told({ message, stack, details, cause }: ApplicationFailure): string {
  return [message, stack, JSON.stringify(details), cause].join('\n')
}
