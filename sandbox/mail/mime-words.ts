/** RFC 2047: neighbouring words of one charset are joined as bytes, because a letter may be split between them. */
export function decodeWords(header: string): string {
  const joined = header.replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
  return joined.replace(/(?:=\?[^?]+\?[bq]\?[^?]*\?=)+/gi, (run) => {
    const words = [...run.matchAll(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi)]
    const bytes = words.map(([, , kind = '', text = '']) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64')
        : decodeQuotedPrintable(text.replaceAll('_', ' ')),
    )
    return decodeText(Buffer.concat(bytes), words[0]?.[1] ?? 'utf-8')
  })
}

/** `text` holds one byte a character. */
export function decodeQuotedPrintable(text: string): Buffer {
  const plain = text.replace(/=([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

export function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}
