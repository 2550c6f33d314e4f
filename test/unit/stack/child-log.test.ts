import { expect, it } from 'vitest'
import { essenceOf } from '../../../stack/child-log.ts'

it.each([
  ['nothing', '', ''],
  [
    'a JSON log',
    '{"msg":"starting"}\n{"level":60,"msg":"key file is gone","code":"x"}\n',
    'key file is gone',
  ],
  [
    'a crashed Node',
    'node:internal:1\n\nTypeError: no such thing.\n    at main (a.ts:1)\n\nNode.js v24.21.0\n',
    'TypeError: no such thing',
  ],
  [
    'a list of wrong settings',
    'Конфигурация неверна:\n  • GONETS_PORT: не задано\n',
    'GONETS_PORT: не задано',
  ],
])('says the essence of %s', (_, log, essence) => {
  expect(essenceOf(log)).toBe(essence)
})
