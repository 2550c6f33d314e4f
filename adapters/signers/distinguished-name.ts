import { childAt, type DerElement, readOid } from './der-reader.ts'
import { NAME_ATTRIBUTES } from './oids.ts'

export interface NameAttribute {
  readonly oid: string
  readonly value: string
}

/** Attributes of a Name in the order of the certificate. */
export function readName(name: DerElement): NameAttribute[] {
  return name.children.flatMap((rdn) =>
    rdn.children.map((attribute) => ({
      oid: readOid(childAt(attribute, 0)),
      value: readText(childAt(attribute, 1)),
    })),
  )
}

/** RFC 4514 order (most specific first) and escaping, letters of every alphabet kept as they are. */
export function formatName(attributes: readonly NameAttribute[]): string {
  return attributes
    .toReversed()
    .map(({ oid, value }) => `${NAME_ATTRIBUTES[oid] ?? oid}=${escapeValue(value)}`)
    .join(',')
}

function escapeValue(value: string): string {
  return value.replace(/[\\",+<>;]/g, '\\$&').replace(/^[ #]| $/g, '\\$&')
}

const UTF8_STRING = 0x0c
const BMP_STRING = 0x1e
const UNIVERSAL_STRING = 0x1c

function readText({ tag, content }: DerElement): string {
  if (tag === UTF8_STRING) return content.toString('utf8')
  if (tag === BMP_STRING && content.length % 2 === 0) {
    return Buffer.from(content).swap16().toString('utf16le')
  }
  if (tag === UNIVERSAL_STRING && content.length % 4 === 0) return readUniversal(content)
  return content.toString('latin1')
}

function readUniversal(content: Buffer): string {
  let text = ''
  for (let at = 0; at < content.length; at += 4) {
    const codePoint = content.readUInt32BE(at)
    text += codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint)
  }
  return text
}
