import { isRegistered, type Refusal, toBook } from '../../domain/registry/book.ts'
import { dispute, hear } from '../../domain/registry/hear.ts'
import { Phase } from '../../domain/submission/phase.ts'
import { Verdict } from '../../domain/submission/verdict.ts'
import { type DocumentBook, lockDocument, writeBook } from './books.ts'
import { lookForLeftovers } from './leftovers.ts'
import { addToOutbox } from './outbox-rows.ts'
import { askAboutDisputes, type DisputeDetails } from './registry-disputes.ts'
import type { Statements } from './statements.ts'
import { isTaken } from './unusual-answer.ts'

/** Of a row of `question` whose code is about the registry. */
export interface RegistryQuestion {
  readonly submissionId: string
  readonly details: DisputeDetails
}
export type RegistryDecision = 'accepted' | 'refused'

/**
 * Effect of a decision about `registry-contradicts`: `accepted`: the registry holds the document; `refused`: it does not.
 * The caller has locked the submission and marked the question decided, in the same transaction.
 */
export async function decideRegistryContradicts(
  tx: Statements,
  { submissionId, details }: RegistryQuestion,
  decision: RegistryDecision,
  at: Date,
): Promise<void> {
  const subject = await lockDocument(tx, details.documentId)
  if (!subject) return
  await settle(tx, subject, decision, at)
  await askAboutDisputes(tx, submissionId, at)
}

/**
 * Effect of a decision about `registry-number-taken`: `accepted`: the number is this document's, and a person is asked what
 * the registry has of the one that held it; `refused`: it is not, and the acceptance stays unbelieved. The caller as above.
 */
export async function decideRegistryNumberTaken(
  tx: Statements,
  { submissionId, details }: RegistryQuestion,
  decision: RegistryDecision,
  at: Date,
): Promise<void> {
  const subject = await lockDocument(tx, details.documentId)
  if (!subject) return
  // Asked when the subject is settled: the number may be one of its own submission.
  const concerned = new Set([submissionId])
  if (decision === 'accepted') {
    for (const holder of await takeNumber(tx, subject, at)) concerned.add(holder)
    await settle(tx, subject, decision, at)
  } else await writeBook(tx, subject, { ...subject, disputed: null }, at)
  for (const id of concerned) await askAboutDisputes(tx, id, at)
}

async function settle(
  tx: Statements,
  subject: DocumentBook,
  decision: RegistryDecision,
  at: Date,
): Promise<void> {
  const answers = await readAnswers(tx, subject.documentId)
  const accepted = answers.findLast(({ verdict }) => verdict === Verdict.accepted)
  const refusal = answers.findLast(({ verdict }) => verdict !== Verdict.accepted)
  if (decision === 'accepted') {
    const registryId = subject.registryId ?? accepted?.registryId ?? null
    const free = (await isTaken(tx, subject, registryId)) ? null : registryId
    await writeBook(tx, subject, hear(subject, { kind: 'decided', decision, registryId: free }), at)
    await lookForLeftovers(tx, subject.documentId, at)
  } else {
    const withdrawnAt = await readWithdrawal(tx, subject)
    const verdict = toRefusal(refusal, withdrawnAt)
    const word = { kind: 'decided', decision, verdict, withdrawnAt } as const
    await writeBook(tx, subject, hear(subject, word), at)
  }
  await show(tx, subject, decision, at)
  await tellRun(tx, subject, (decision === 'accepted' ? accepted : refusal)?.id, at)
}

/** Not registered, though the registry has never refused it in so many words. */
function toRefusal(refusal: FinalAnswer | undefined, withdrawnAt: Date | null): Refusal | null {
  if (refusal) return refusal.verdict as Refusal
  return withdrawnAt === null ? Verdict.rejected : null
}

interface FinalAnswer {
  readonly id: string
  readonly verdict: Verdict
  readonly registryId: string | null
}

async function readAnswers(tx: Statements, documentId: string): Promise<FinalAnswer[]> {
  return tx.$queryRaw<FinalAnswer[]>`
    SELECT id, verdict, registry_id AS "registryId" FROM acknowledgement
    WHERE document_id = ${documentId}::uuid AND verdict <> 'processing' ORDER BY seq`
}

/** When the registry gave the document back, by its own clock, before it was heard to accept it. */
async function readWithdrawal(
  tx: Statements,
  { submissionId, version }: DocumentBook,
): Promise<Date | null> {
  const rows = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT max(coalesce((details->>'withdrawnAt')::timestamptz, at)) AS at FROM event WHERE submission_id = ${submissionId}::uuid AND version = ${version}
      AND type IN ('registry.withdrawn', 'registry.nothing-to-withdraw')`
  return rows[0]?.at ?? null
}

/** The submission shows the number of its current document, once a person has decided about it. */
async function show(
  tx: Statements,
  { documentId }: DocumentBook,
  decision: RegistryDecision,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE submission AS s SET registry_id = CASE WHEN ${decision === 'accepted'} THEN v.registry_id END,
      updated_at = ${at}
    FROM submission_version AS v
    WHERE v.document_id = ${documentId}::uuid AND s.id = v.submission_id AND s.version = v.version`
}

/** A run that waits for the answer reads it again; one that holds for the same refusal has nothing to learn. */
async function tellRun(
  tx: Statements,
  { submissionId }: DocumentBook,
  acknowledgementId: string | undefined,
  at: Date,
): Promise<void> {
  if (acknowledgementId === undefined) return
  const rows = await tx.$queryRaw<
    { phase: Phase; lastVerdict: Verdict | null; verdict: Verdict }[]
  >`
    SELECT s.phase, s.last_verdict AS "lastVerdict", a.verdict FROM submission AS s, acknowledgement AS a
    WHERE s.id = ${submissionId}::uuid AND a.id = ${acknowledgementId}::uuid`
  const [run] = rows
  if (run?.phase === Phase.needsCorrection && run.lastVerdict === run.verdict) return
  await addToOutbox(tx, [{ kind: 'registry-answered', submissionId, acknowledgementId }], at)
}

/** The document that held the number until now keeps its acceptance, without one, until a person has looked. Its submission. */
async function takeNumber(tx: Statements, subject: DocumentBook, at: Date): Promise<string[]> {
  const answers = await readAnswers(tx, subject.documentId)
  const wanted = answers.findLast(({ verdict }) => verdict === Verdict.accepted)?.registryId
  if (!wanted) return []
  const rows = await tx.$queryRaw<{ documentId: string }[]>`
    SELECT document_id AS "documentId" FROM submission_version
    WHERE registry = ${subject.registry} AND registry_id = ${wanted} AND document_id <> ${subject.documentId}::uuid`
  const submissions: string[] = []
  for (const { documentId } of rows) {
    const holder = await lockDocument(tx, documentId)
    if (!holder) continue
    const without = { ...holder, registryId: null }
    const disputed = isRegistered(toBook(holder)) ? dispute(without) : without
    await writeBook(tx, holder, disputed, at)
    submissions.push(holder.submissionId)
  }
  return submissions
}
