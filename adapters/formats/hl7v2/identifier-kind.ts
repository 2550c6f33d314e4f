export type IdentifierKind = 'snils' | 'policy' | 'local'

/** Names and OIDs under which systems send СНИЛС and the policy number, as identifier type or assigning authority. */
const KINDS: ReadonlyMap<string, IdentifierKind> = new Map([
  ['SNILS', 'snils'],
  ['СНИЛС', 'snils'],
  ['1.2.643.100.3', 'snils'],
  ['1.2.643.2.69.1.1.1.6.223', 'snils'],
  ['ENP', 'policy'],
  ['ЕНП', 'policy'],
  ['OMS', 'policy'],
  ['ОМС', 'policy'],
  ['1.2.643.2.69.1.1.1.6.228', 'policy'],
])
/** Numbers by which the laboratory itself knows the person; account and visit numbers are not among them. */
const LOCAL: ReadonlySet<string> = new Set(['', 'MR', 'PI', 'PT', 'U', 'EI', 'L'])

/**
 * @param names identifier type first, then assigning authority with its subcomponents joined by any sign
 */
export function toIdentifierKind(names: readonly string[]): IdentifierKind | undefined {
  const words = names.flatMap((name) => name.toUpperCase().split(/[^\p{L}\p{N}.]+/u))
  const known = words.map((word) => KINDS.get(word)).find((kind) => kind !== undefined)
  return known ?? (LOCAL.has(names[0]?.toUpperCase() ?? '') ? 'local' : undefined)
}
