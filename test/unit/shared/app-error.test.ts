import { describe, expect, it } from 'vitest'
import { AppError, isAppError } from '../../../domain/shared/app-error.ts'
import { ERROR_CODES } from '../../../domain/shared/error-codes.ts'
import { err, ok } from '../../../domain/shared/result.ts'

describe('AppError', () => {
  it('carries its code, its class and what helps', () => {
    const cause = new Error('socket hang up')
    const error = new AppError('registry-busy', 'transient', {
      details: { status: 429 },
      retryAfterMs: 5_000,
      cause,
    })
    expect(error).toMatchObject({
      name: 'AppError',
      message: 'registry-busy',
      code: 'registry-busy',
      class: 'transient',
      details: { status: 429 },
      retryAfterMs: 5_000,
      cause,
    })
  })

  it('needs nothing but a code and a class', () => {
    const error = new AppError('legal-hold', 'permanent')
    expect(error).toMatchObject({ details: {}, retryAfterMs: undefined })
    expect('cause' in error).toBe(false)
  })

  it('is known by its shape, whichever copy of the code made it', () => {
    const foreign = Object.assign(new Error('x'), {
      name: 'AppError',
      code: 'legal-hold',
      class: 'permanent',
    })
    expect(isAppError(foreign)).toBe(true)
    expect(isAppError(new AppError('legal-hold', 'permanent'))).toBe(true)
    expect(isAppError(new Error('x'))).toBe(false)
    expect(isAppError(Object.assign(new Error('x'), { name: 'AppError' }))).toBe(false)
    expect(isAppError(Object.assign(new Error('x'), { name: 'AppError', code: 'c' }))).toBe(false)
    expect(isAppError({ name: 'AppError', code: 'legal-hold', class: 'permanent' })).toBe(false)
  })
})

it('every code says what happened in Russian, with a status that fits its class', () => {
  for (const [code, { class: kind, status, text }] of Object.entries(ERROR_CODES)) {
    expect(text, code).toMatch(/^[А-ЯЁ].*[.]$/su)
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    if (kind === 'input') expect(Math.floor(status / 100), code).toBe(4)
  }
})

it('a result is a value or everything that is wrong', () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 })
  expect(err(['wrong'])).toEqual({ ok: false, error: ['wrong'] })
})
