import { describe, expect, it } from 'vitest'
import { findDuplicate } from '../../../domain/shared/json-duplicate.ts'

describe('a field that stands twice in one object', () => {
  it.each([
    ['{"value":1,"value":999}', '/value'],
    ['{"a":{"b":1},"c":[{"d":1},{"d":1,"e":{},"d":2}]}', '/c/1/d'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"a" \n:1, "b":[], "a"\t: {}}', '/a'],
    ['{"Иванов":1,"Иванов":2}', '/…'],
    ['{"":1,"":2}', '/…'],
    ['[{"a":"x\\"y"},{"a":1,"a":1}]', '/1/a'],
  ])('%s is found at %s', (text, pointer) => {
    expect(() => JSON.parse(text)).not.toThrow()
    expect(findDuplicate(text)).toBe(pointer)
  })

  it.each([
    '{"a":{"a":{"a":[{"a":1},{"a":1}]}}}',
    '{"a":"b","b":"a","c":["a","a"]}',
    '{"a":"\\"a\\":1","b":"{\\"a\\":1,\\"a\\":2}"}',
    '["a","a",{"a":"a"}]',
    '"a"',
    '{}',
  ])('is not in %s', (text) => {
    expect(findDuplicate(text)).toBeUndefined()
  })
})
