import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type CanonicalValue,
  canonicalJson,
} from '../../../adapters/registries/portal/canonical-json.ts'
import { sha256 } from '../../../adapters/registries/portal/package-encryption.ts'
import { canonicalDigest } from '../../../sandbox/portal/open-file.ts'

it('sorts keys at every depth and adds no space', () => {
  const value = { b: 1, a: [{ d: null, c: 'ё"' }], B: '' }
  expect(canonicalJson(value)).toBe('{"B":"","a":[{"c":"ё\\"","d":null}],"b":1}')
})

it('refuses numbers that two sides could write differently', () => {
  expect(() => canonicalJson({ a: 0.1 })).toThrow()
})

it('agrees with the other side of the contract, which has its own way of doing it', () => {
  // Keys of the contract are ASCII words: neither integers, which objects reorder, nor outside ASCII.
  const key = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/)
  const { value } = fc.letrec<{ value: CanonicalValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.string(),
      fc.maxSafeInteger(),
      fc.array(tie('value')),
      fc.dictionary(key, tie('value'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(value, (sample) => {
      expect(sha256(canonicalJson(sample))).toBe(canonicalDigest(sample))
    }),
    { numRuns: 300 },
  )
})
