import { toDocumentText } from '../text/printable.ts'

/** Finished markup: text gets into it only through `element`, which escapes. */
export class Markup {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

type Content = Markup | string | undefined | readonly (Markup | undefined)[]
type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with escaped text or with child elements; undefined attributes and children are left out. */
export function element(name: string, attributes: Attributes, content?: Content): Markup {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escapeMarkup(String(value))}"`)
    .join('')
  return new Markup(`<${name}${written}>${contentSource(content)}</${name}>`)
}

/** `<name>text</name>`, or nothing when there is no text. */
export function textElement(name: string, text: string | null | undefined): Markup | undefined {
  return text === null || text === undefined ? undefined : element(name, {}, text)
}

function contentSource(content: Content): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return escapeMarkup(content)
  if (content instanceof Markup) return content.source
  return content.map((child) => child?.source ?? '').join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would turn these into spaces inside an attribute.
  '\n': '&#10;',
  '\t': '&#9;',
}

function escapeMarkup(text: string): string {
  return toDocumentText(text).replace(
    /[&<>"\n\t]/g,
    (character) => ENTITIES[character] ?? character,
  )
}
