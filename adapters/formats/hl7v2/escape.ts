import type { Hl7Context } from '@medplum/core'

export interface EscapeContext {
  readonly delimiters: Hl7Context
  readonly decode: (bytes: Uint8Array) => string
}

/**
 * Text as it was meant: `\S\` → `^`, `\X0D\` → the byte, `\.br\` → a line feed (HL7 v2.5.1 chapter 2.7). A sequence that
 * is not one (a path such as `C:\Lab\x`) stays as it is: dropping it would lose part of a result. Control characters
 * that come out are dropped, because nothing after this could print them.
 */
export function unescapeText(text: string, context: EscapeContext): string {
  const mark = context.delimiters.escapeCharacter
  let plain = ''
  let from = 0
  for (;;) {
    const start = text.indexOf(mark, from)
    const end = start < 0 ? -1 : text.indexOf(mark, start + 1)
    if (end < 0) return toPrintable(plain + text.slice(from))
    const meant = interpret(text.slice(start + 1, end), context)
    plain += text.slice(from, start) + (meant ?? text.slice(start, end))
    // The closing mark of a sequence that is none may open the next one.
    from = meant === undefined ? end : end + 1
  }
}

function interpret(sequence: string, { delimiters, decode }: EscapeContext): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.fieldSeparator
    case 'S':
      return delimiters.componentSeparator
    case 'T':
      return delimiters.subcomponentSeparator
    case 'R':
      return delimiters.repetitionSeparator
    case 'E':
      return delimiters.escapeCharacter
    case 'H':
    case 'N':
      return ''
  }
  if (/^X(?:[0-9A-F]{2}){1,1000}$/i.test(sequence)) {
    return decode(Buffer.from(sequence.slice(1), 'hex'))
  }
  return layout(sequence)
}

/** Formatting commands: line breaks are kept, indentation and filling are not. */
function layout(sequence: string): string | undefined {
  const match = /^\.(br|sp|ce|in|ti|sk|fi|nf)([+-]?\d{0,2})$/i.exec(sequence)
  if (!match) return undefined
  const command = match[1]?.toLowerCase()
  if (command === 'br' || command === 'ce') return '\n'
  if (command === 'sp') return '\n'.repeat(Math.max(1, Number(match[2])))
  return command === 'sk' ? ' ' : ''
}

function toPrintable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is searched for.
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
