/** Names under which laboratory systems send the same code system, in upper case. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['', 'local'],
  ['L', 'local'],
  ['LOCAL', 'local'],
  ['FSLI', 'fsli'],
  ['ФСЛИ', 'fsli'],
  ['1.2.643.5.1.13.13.11.1080', 'fsli'],
  ['NMU', 'nmu'],
  ['НМУ', 'nmu'],
  ['1.2.643.5.1.13.13.11.1070', 'nmu'],
  ['LN', 'LN'],
  ['LOINC', 'LN'],
  ['2.16.840.1.113883.6.1', 'LN'],
])

/** The one name this product uses for a code system; a system it does not know keeps the name it was sent under. */
export function toCodeSystem(text: string): string {
  const name = text.trim()
  return NAMES.get(name.toUpperCase().replace(/^URN:OID:/, '')) ?? name
}
