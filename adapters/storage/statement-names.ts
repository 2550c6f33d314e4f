/** Of one process. Texts vary by the number of rows and columns written, which is bounded; a leak would show here first. */
const MOST_NAMES = 1_000

export type NameOf = (query: { readonly sql: string }) => string

/**
 * Names statements by their text, so that each connection parses and plans a text once and PostgreSQL is only told its
 * name afterwards. Beyond the limit texts stay without a name and are planned each time, as all were without it.
 */
export function createStatementNames(): NameOf {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    // The driver takes an empty name for none.
    if (names.size >= MOST_NAMES) return ''
    const name = `g${names.size}`
    names.set(sql, name)
    return name
  }
}
