import type { Word } from '../../domain/intake/word.ts'
import type { Sealer } from '../shared/sealer.ts'
import type { AcceptDraft } from './port.ts'

/** What a draft states about itself. Its message is known by a keyed hash: numbers of messages may hold a person's. */
export function toWord(
  sealer: Sealer,
  { organizationId, report, word, contentDigest }: AcceptDraft,
): Word & { readonly cancels: boolean } {
  const { version, messageId, issuedAt, sentAt } = word
  const { system } = report.source
  const name = JSON.stringify([organizationId, system, messageId])
  const cancels = report.status === 'cancelled'
  return {
    digest: contentDigest,
    corrects: cancels || report.status === 'corrected',
    cancels,
    confirmed: report.status !== 'preliminary',
    version,
    messageKey: messageId === undefined ? undefined : sealer.blindIndex('message', name),
    issuedAt: toTime(issuedAt),
    sentAt: toTime(sentAt),
  }
}

const toTime = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))
