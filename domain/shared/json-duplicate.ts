/** Russian: what is wrong where one was found. */
export const STANDS_TWICE = 'Поле указано дважды в одном объекте.'

/** One object or list that is open at a place of the text. */
interface Open {
  /** Names seen so far; absent of a list. */
  readonly names?: Set<string>
  /** Name or index of the member at this place. */
  at: string | number
}

/**
 * JSON pointer (RFC 6901) to the first field that stands twice in its object, in a text that `JSON.parse` understands.
 * RFC 8259 leaves open which of them counts, so each reader of the same bytes may see another value. Names that do not look
 * like names of fields are not repeated in the pointer.
 */
export function findDuplicate(text: string): string | undefined {
  const open: Open[] = []
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    const inner = open.at(-1)
    if (char === '{') open.push({ names: new Set(), at: '' })
    else if (char === '[') open.push({ at: 0 })
    else if (char === '}' || char === ']') open.pop()
    else if (char === ',' && typeof inner?.at === 'number') inner.at += 1
    else if (char === '"') {
      const end = endOfString(text, index)
      if (inner?.names && nextSign(text, end + 1) === ':') {
        const name = JSON.parse(text.slice(index, end + 1)) as string
        inner.at = name
        if (inner.names.has(name)) return open.map(({ at }) => `/${nameable(at)}`).join('')
        inner.names.add(name)
      }
      index = end
    }
  }
  return undefined
}

/** Index of the closing quote; the end of the text or beyond when there is none. */
export function endOfString(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1
  return index
}

function nextSign(text: string, from: number): string | undefined {
  let index = from
  while (index < text.length && ' \t\r\n'.includes(text[index] ?? '')) index += 1
  return text[index]
}

const nameable = (at: string | number) =>
  typeof at === 'number' || /^[A-Za-z_]\w{0,39}$/.test(at) ? String(at) : '…'
