import { readFileSync } from 'node:fs'
import { jsonParser } from '../../../adapters/formats/json/json-parser.ts'
import type { ParseOptions } from '../../../adapters/formats/port.ts'
import { label, OPTIONS } from './oru.ts'

export const SAMPLE = readFileSync(new URL('../../../samples/cbc.json', import.meta.url), 'utf8')

export function parse(content: unknown, options: Partial<ParseOptions> = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return jsonParser.parse({
    bytes: Buffer.from(text),
    contentType: 'application/json',
    options: { ...OPTIONS, ...options },
  })
}

export function accept(content: unknown, options: Partial<ParseOptions> = {}) {
  const parsed = parse(content, options)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const { results, warnings } = parsed.value
  const [first] = results
  if (!first) throw new Error('no result')
  return { ...first, warnings }
}

export function refusals(content: unknown, options: Partial<ParseOptions> = {}): string[] {
  const parsed = parse(content, options)
  if (parsed.ok) throw new Error('was accepted')
  return label(parsed.error)
}

/** The sample with the value at `path` replaced, or removed by `undefined`. */
export function withField(path: string, value: unknown): unknown {
  const root = JSON.parse(SAMPLE)
  const keys = path.split('/').slice(1)
  const last = keys.pop() ?? ''
  const owner = keys.reduce((part, key) => part[key], root)
  owner[last] = value
  return root
}
