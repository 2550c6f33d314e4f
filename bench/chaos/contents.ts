import { createHash } from 'node:crypto'
import type { PatientClient } from './client.ts'
import type { Listed } from './observe.ts'

/** What a document says, as far as it is compared. */
export interface Content {
  readonly digest: string
  readonly resultId: string
  readonly analysisCode: string
  readonly snils: string
  /** Of the first observation. */
  readonly value: string
}

/** Reads what every document says that the registry was sent. */
export async function readContents(
  client: PatientClient,
  listed: readonly Listed[],
  wanted: ReadonlySet<string>,
): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>()
  for (const { id, versions } of listed)
    for (const { version, documentId } of versions) {
      if (!wanted.has(documentId)) continue
      const { status, text } = await client.text(
        `/v1/submissions/${id}/document.xml?version=${version}`,
      )
      if (status === 200) contents.set(documentId, toContent(text))
    }
  return contents
}

/** The document is canonical XML of our own: attributes in one order, nothing abbreviated. */
export function toContent(xml: string): Content {
  const find = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? ''
  return {
    digest: createHash('sha256').update(xml, 'utf8').digest('hex'),
    resultId: find(/<source [^>]*resultId="([^"]*)"/),
    analysisCode: find(/<analysis [^>]*code="([^"]*)"/),
    snils: find(/<patient>.*?<snils>([^<]*)</s),
    value: find(/<observation .*?<value><(?:quantity|text)[^>]*>([^<]*)</s),
  }
}
