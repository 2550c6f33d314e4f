import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../../adapters/shared/http-exchange.ts'
import { provesNotSent } from '../../../adapters/shared/not-sent.ts'

function failure(code: string, facts: object = {}): Error {
  const cause = Object.assign(new Error('x'), { code, ...facts })
  return new TypeError('fetch failed', { cause })
}

describe('provesNotSent', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('%s: yes', (code) => {
    expect(provesNotSent(failure(code))).toBe(true)
  })

  it.each([
    'ECONNRESET',
    'EPIPE',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'ETIMEDOUT',
    'WHATEVER',
  ])('%s: no', (code) => {
    expect(provesNotSent(failure(code))).toBe(false)
  })

  it('a connect that timed out: yes', () => {
    expect(provesNotSent(failure('ETIMEDOUT', { syscall: 'connect' }))).toBe(true)
  })

  it('several addresses: only when none was reached', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
    const reset = Object.assign(new Error('x'), { code: 'ECONNRESET' })
    const both = (errors: Error[]) =>
      new TypeError('fetch failed', { cause: new AggregateError(errors) })
    expect(provesNotSent(both([refused, refused]))).toBe(true)
    expect(provesNotSent(both([refused, reset]))).toBe(false)
  })

  it('anything else: no', () => {
    for (const error of [undefined, 'ECONNREFUSED', new Error('x')]) {
      expect(provesNotSent(error)).toBe(false)
    }
  })
})

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-02-11T06:00:00Z')
  it.each([
    [null, undefined],
    ['0', 0],
    [' 7 ', 7000],
    ['Wed, 11 Feb 2026 06:00:05 GMT', 5000],
    ['Wed, 11 Feb 2026 05:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', undefined],
  ])('%s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected)
  })
})
