/** Everything XML 1.0 forbids, and the C1 controls that terminals and printers act on. Tab and line feed stay. */
const FORBIDDEN = /(?![\t\n])\p{Cc}|[\ufffe\uffff]/gu
const LINE_BREAK = /\r\n?|[\v\f\u2028\u2029]/g

/**
 * Text of a laboratory system as it may stand in a document: same characters, without the ones that carry no text.
 * A lone surrogate becomes U+FFFD, so that damage stays visible (the PDF refuses that character by name).
 */
export function toDocumentText(text: string): string {
  return text.toWellFormed().replace(LINE_BREAK, '\n').replace(FORBIDDEN, '')
}

/** Invisible characters, and those that turn the direction of reading: on paper they could only mislead. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g
const SPACES = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g
const REPLACED: Readonly<Record<string, string>> = { '\u2011': '-', '\u2103': '°C', '\u2109': '°F' }

/** The same text for paper: composed letters, plain spaces, nothing invisible. */
export function toPrintedText(text: string): string {
  return toDocumentText(text)
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .replace(/[\u2011\u2103\u2109]/g, (character) => REPLACED[character] ?? character)
}
