import { decodeQuotedPrintable, decodeText, decodeWords } from './mime-words.ts'

export interface ReadMail {
  readonly messageId: string
  readonly subject: string
  readonly from: string
  readonly text: string
}

/** Enough of MIME to show a mail of ours: folded headers, encoded words, text parts in any transfer encoding. */
export function readMail(raw: Buffer): ReadMail {
  const { headers, body } = split(raw)
  return {
    messageId: headers.get('message-id') ?? '',
    subject: decodeWords(headers.get('subject') ?? ''),
    from: decodeWords(headers.get('from') ?? ''),
    text: readText(headers, body) ?? '',
  }
}

function split(raw: Buffer): { headers: Map<string, string>; body: Buffer } {
  const end = /\r?\n\r?\n/.exec(raw.toString('latin1'))
  const head = raw.subarray(0, end?.index ?? raw.length).toString('utf8')
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end ? raw.subarray(end.index + end[0].length) : Buffer.alloc(0) }
}

/** The plain text; of a multipart message, its first text part. */
function readText(headers: Map<string, string>, body: Buffer): string | undefined {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    for (const part of body.toString('latin1').split(`--${boundary}`).slice(1)) {
      const inner = split(Buffer.from(part.replace(/^\r?\n/, ''), 'latin1'))
      const text = readText(inner.headers, inner.body)
      if (text !== undefined) return text
    }
    return undefined
  }
  if (!/^text\/plain/i.test(type)) return undefined
  const charset = /charset="?([^";]+)"?/i.exec(type)?.[1] ?? 'utf-8'
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  return decodeText(decodeBody(body, encoding), charset).replace(/\r\n/g, '\n').trimEnd()
}

function decodeBody(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding === 'quoted-printable') {
    return decodeQuotedPrintable(body.toString('latin1').replace(/=\r?\n/g, ''))
  }
  return body
}
