import { describe, expect, it } from 'vitest'
import { priorityOf } from '../../../domain/submission/priority.ts'

describe('the priority of a submission', () => {
  it.each([
    [undefined, 3],
    ['routine', 3],
    ['urgent', 1],
    ['asap', 1],
    ['stat', 1],
  ] as const)('of an order that says %s is %i', (priority, expected) => {
    expect(priorityOf({ priority })).toBe(expected)
  })

  it('of a result without an order is routine', () => {
    expect(priorityOf(undefined)).toBe(3)
  })
})
