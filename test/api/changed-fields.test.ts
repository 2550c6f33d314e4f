import { describe, expect, it } from 'vitest'
import { changedFields } from '../../api/changed-fields.ts'

describe('changedFields', () => {
  it.each([
    ['nothing', { a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 2] } }, []],
    ['a leaf', { a: { b: 1 } }, { a: { b: 2 } }, ['/a/b']],
    ['a list item', { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }, ['/a/1/b']],
    ['an added field', { a: 1 }, { a: 1, b: 2 }, ['/b']],
    ['a removed branch', { a: { b: 1 } }, {}, ['/a']],
    ['a field set to undefined', { a: 1 }, { a: 1, b: undefined }, []],
    ['a list that became an object', { a: [1] }, { a: { 0: 1 } }, ['/a']],
    ['a value that became null', { a: 'x' }, { a: null }, ['/a']],
  ])('names %s', (_name, before, after, expected) => {
    expect(changedFields(before, after)).toEqual(expected)
  })
})
