import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAppendLog } from '../../../sandbox/shared/append-log.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gonets-log-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('gives back what was written, and cuts off a line torn by a kill', () => {
  const path = join(dir, 'log.jsonl')
  const first = openAppendLog<{ n: number; text: string }>(path)
  first.append({ n: 1, text: 'ё' })
  first.close()
  first.append({ n: 99, text: 'after the end' })
  appendFileSync(path, '{"n":2,"te')

  const second = openAppendLog<{ n: number; text: string }>(path)
  expect(second.entries).toEqual([{ n: 1, text: 'ё' }])
  second.append({ n: 3, text: '' })
  second.close()
  expect(readFileSync(path, 'utf8')).toBe('{"n":1,"text":"ё"}\n{"n":3,"text":""}\n')
})
