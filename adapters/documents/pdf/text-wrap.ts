/** Width in points of a piece of text without line feeds. */
export type Measure = (text: string) => number

/**
 * Breaks text into lines no wider than `width`: at spaces, and inside a word only when the word alone is too wide.
 * Line feeds of the text are kept. At least one (possibly empty) line.
 */
export function wrapText(text: string, width: number, measure: Measure): string[] {
  const space = measure(' ')
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure, space))
}

function wrapParagraph(text: string, width: number, measure: Measure, space: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(/ +/).flatMap((word) => breakWord(word, width, measure))) {
    const wanted = measure(word)
    if (line !== '' && used + space + wanted > width) {
      lines.push(line)
      line = ''
      used = 0
    }
    used += line === '' ? wanted : space + wanted
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function breakWord(word: string, width: number, measure: Measure): string[] {
  if (measure(word) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  let used = 0
  for (const character of word) {
    const wanted = measure(character)
    if (piece !== '' && used + wanted > width) {
      pieces.push(piece)
      piece = ''
      used = 0
    }
    piece += character
    used += wanted
  }
  return [...pieces, piece]
}
