import { endOfString, findDuplicate } from '../../../domain/shared/json-duplicate.ts'
import { err, ok, type Result } from '../../../domain/shared/result.ts'

export type JsonFault =
  | { readonly kind: 'encoding' }
  | { readonly kind: 'depth' }
  | { readonly kind: 'size' }
  /** A field stands twice in one object: which of them counts, no reader can say. */
  | { readonly kind: 'duplicate'; readonly pointer: string }
  | { readonly kind: 'syntax'; readonly place: { line: number; column: number } | undefined }

/** More values than any report has: counted before parsing, so that a flood costs one pass over the text. */
const MOST_VALUES = 200_000
/** Fields that hold decimal numbers, wherever they stand in a report. */
const DECIMAL_FIELDS: ReadonlySet<string> = new Set([
  'value',
  'low',
  'high',
  'numerator',
  'denominator',
])

/**
 * JSON text to data. Nesting is limited before parsing, because a reviver and every later walk recurse. Numbers in
 * decimal fields keep their spelling as text: as a float `5.10` would become `5.1`.
 */
export function readJson(bytes: Buffer, maxDepth: number): Result<unknown, JsonFault> {
  const text = decode(bytes)
  if (text === undefined) return err({ kind: 'encoding' })
  const excess = findExcess(text, maxDepth)
  if (excess) return err({ kind: excess })
  try {
    const value: unknown = JSON.parse(text, keepSpelling as Parameters<typeof JSON.parse>[1])
    const pointer = findDuplicate(text)
    return pointer === undefined ? ok(value) : err({ kind: 'duplicate', pointer })
  } catch (cause) {
    return err({ kind: 'syntax', place: findPlace(text, cause) })
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function findExcess(text: string, maxDepth: number): 'depth' | 'size' | undefined {
  let depth = 0
  let values = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    if (char === '"') index = endOfString(text, index)
    else if (char === '[' || char === '{') {
      values++
      if (++depth > maxDepth) return 'depth'
    } else if (char === ']' || char === '}') depth--
    else if (char === ',') values++
    if (values > MOST_VALUES) return 'size'
  }
  return undefined
}

function keepSpelling(key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !DECIMAL_FIELDS.has(key)) return value
  return context?.source ?? value
}

/** Only the position is taken from the engine's message: the rest of it quotes the text. */
function findPlace(text: string, cause: unknown): { line: number; column: number } | undefined {
  const position = /at position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1]
  if (position === undefined) return undefined
  const before = text.slice(0, Number(position)).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
