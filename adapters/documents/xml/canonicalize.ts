import { ParseOption, XmlDocument } from 'libxml2-wasm'

/**
 * Canonical XML 1.0 (C14N) of a document, UTF-8: two programs that read the same document compute the same digest.
 * Attached files may make one text node larger than libxml2's usual 10 MB, hence HUGE; the source is our own, without DTD.
 */
export function canonicalize(source: string): Buffer {
  const document = XmlDocument.fromString(source, {
    option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_HUGE,
  })
  try {
    return Buffer.from(document.canonicalizeToString(), 'utf8')
  } finally {
    document.dispose() // native memory: the garbage collector does not see it
  }
}
