/** Rows of a CSV file by the names in its first line, in upper case. Separator: comma or semicolon, whichever that line has. */
export function readCsv(text: string): Readonly<Record<string, string>>[] {
  const bare = text.replace(/^\uFEFF/, '')
  const firstLine = bare.slice(0, bare.search(/[\r\n]|$/))
  const separator = firstLine.split(';').length > firstLine.split(',').length ? ';' : ','
  const [head = [], ...rows] = cellsOf(bare, separator)
  const names = head.map((name) => name.trim().toUpperCase())
  return rows
    .filter((cells) => cells.some((cell) => cell !== ''))
    .map((cells) => Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()])))
}

/** RFC 4180: a quoted cell may hold separators, line ends and doubled quotes. */
function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (quoted && sign === '"' && text.charAt(at + 1) === '"') cell += text.charAt(at++)
    else if (sign === '"' && (quoted || cell === '')) quoted = !quoted
    else if (quoted || !(sign === separator || sign === '\n' || sign === '\r')) cell += sign
    else if (sign !== '\r' || text.charAt(at + 1) !== '\n') {
      rows.at(-1)?.push(cell)
      cell = ''
      if (sign !== separator) rows.push([])
    }
  }
  rows.at(-1)?.push(cell)
  return rows
}
