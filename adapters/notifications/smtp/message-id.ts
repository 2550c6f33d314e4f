import { createHash } from 'node:crypto'

/** The same message has the same Message-ID on every try: mail programs and people recognise a repeat by it. */
export function toMessageId(id: string, domain: string): string {
  const local = /^[\w+-]+(\.[\w+-]+)*$/.test(id) && id.length <= 64 ? id : hash(id)
  return `<${local}@${domain}>`
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 40)
}
