import { hear } from '../../domain/registry/hear.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import type { Sealer } from '../shared/sealer.ts'
import { acknowledgementRow, meaningOf, type Receipt, toReceivedEvent } from './answer-receipt.ts'
import { type DocumentBook, lockDocument, writeBook } from './books.ts'
import { lookForLeftovers } from './leftovers.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { Acknowledgements } from './port.ts'
import { askAboutDisputes } from './registry-disputes.ts'
import { insertRows } from './rows.ts'
import { openAnswerIssues } from './sealed-answer.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

type Received = Awaited<ReturnType<Acknowledgements['receive']>>

/** An earlier answer on the same document. */
interface Earlier {
  readonly id: string
  readonly messageId: string
  readonly meaning: string
  readonly verdict: Verdict
  readonly registryId: string | null
  readonly issues: Receipt['input']['answer']['issues']
}

/**
 * An answer that is not the first word on its document: a repeat, more of the same, or a contradiction. The answer, what is
 * believed from now on and the question for a person are one commit; no run has to live for it.
 */
export async function storeUnusual(
  tx: Statements,
  sealer: Sealer,
  receipt: Receipt,
): Promise<Received> {
  const { input, acknowledgementId, meaning, at } = receipt
  const { answer, organizationId, via } = input
  const subject = await lockDocument(tx, answer.documentId, organizationId)
  if (!subject) return { kind: 'unknown-document' }
  const { submissionId, version } = subject
  const earlier = await readEarlier(tx, sealer, answer.documentId)
  const ofMessage = earlier.filter(({ messageId }) => messageId === answer.messageId)
  const known = ofMessage.find((one) => (one.meaning || meaningOf(sealer, one)) === meaning)
  if (known) return { kind: 'repeated', acknowledgementId: known.id, submissionId }
  await insertRows(
    tx,
    'blob',
    receipt.blobs.map((blob) => ({ ...blob, submissionId, version })),
  )
  const row = { ...acknowledgementRow(receipt), submissionId, version }
  await insertRows(tx, 'acknowledgement', [row])
  await appendEvent(tx, { submissionId, version, actor: 'registry', at }, toReceivedEvent(input))
  if (answer.verdict !== Verdict.processing) {
    const entry = hear(subject, {
      kind: 'answer',
      verdict: answer.verdict,
      registryId: answer.registryId ?? null,
      answeredAt: answer.answeredAt,
      receivedAt: at,
      numberTaken: await isTaken(tx, subject, answer.registryId),
      saidOtherwise: ofMessage.some(({ verdict }) => verdict !== Verdict.processing),
    })
    await writeBook(tx, subject, entry, at)
    if (entry.disputed !== null) await askAboutDisputes(tx, submissionId, at)
    else if (answer.verdict === Verdict.accepted) await lookForLeftovers(tx, answer.documentId, at)
  }
  if (via === 'callback')
    await addToOutbox(tx, [{ kind: 'registry-answered', submissionId, acknowledgementId }], at)
  return { kind: 'stored', acknowledgementId, submissionId }
}

async function readEarlier(tx: Statements, sealer: Sealer, documentId: string): Promise<Earlier[]> {
  const rows = await tx.$queryRaw<Earlier[]>`
    SELECT id, message_id AS "messageId", meaning, verdict, registry_id AS "registryId", issues
    FROM acknowledgement WHERE document_id = ${documentId}::uuid ORDER BY seq`
  return Promise.all(
    rows.map(async (row) => ({
      ...row,
      issues: await openAnswerIssues(sealer, documentId, row.issues),
    })),
  )
}

/** By another document of the same registry, of whatever organisation. */
export async function isTaken(
  tx: Statements,
  { registry, documentId }: Pick<DocumentBook, 'registry' | 'documentId'>,
  registryId: string | null | undefined,
): Promise<boolean> {
  if (!registryId) return false
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM submission_version
    WHERE registry = ${registry} AND registry_id = ${registryId} AND document_id <> ${documentId}::uuid`
  return rows.length > 0
}
