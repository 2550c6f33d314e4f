export type CanonicalValue =
  | null
  | string
  | number
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/** RFC 8785 for strings, integers and null: the text that digests and the authenticated data are made from. */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON holds integers only')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value as Record<string, CanonicalValue>)
  // Keys of the contract are ASCII: the order of UTF-16 code units, which RFC 8785 asks for, is that of `<`.
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
