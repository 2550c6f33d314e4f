import { outdates } from '../../domain/intake/ruling.ts'
import type { Word } from '../../domain/intake/word.ts'
import { IN_FLIGHT, type Phase } from '../../domain/submission/phase.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { KnownResult } from './result-rows.ts'
import { updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { endOf } from './supersede.ts'
import { appendEvent } from './timeline.ts'

/** The last word waits while it is undecided whether another one counts: nothing irreversible is done with it. */
export async function markQuestioned(tx: Statements, headId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE submission SET standing = 'questioned', revision = revision + 1
    WHERE id = ${headId}::uuid AND standing = 'current'`
}

/** What a newer word settles: contested words that are older than it by what both state. */
export async function closeOutdated(
  tx: Statements,
  { words }: KnownResult,
  word: Word,
  at: Date,
): Promise<void> {
  for (const known of words)
    if (known.standing === 'contested' && outdates(word, known))
      await endAsOutdated(tx, known.submissionId, at)
}

/** A contested word that does not count. */
export async function endAsOutdated(tx: Statements, id: string, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE question SET decided_at = ${at}, decided_by = 'system', decision = 'outdated'
    WHERE submission_id = ${id}::uuid AND code = 'which-word' AND decided_at IS NULL`
  await updateSubmission(tx, id, { standing: 'outdated', ...endOf('outdated') })
  await appendEvent(
    tx,
    { submissionId: id, actor: 'system', at },
    { type: 'submission.outdated', text: 'Сообщение лаборатории признано устаревшим' },
  )
}

/**
 * After every change: contested words belong to the newest set of their result, and its last word, the submission given,
 * waits for the decisions about them. One that need not wait any longer is told so.
 */
export async function settleHead(
  tx: Statements,
  before: KnownResult,
  headId: string,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE submission AS c SET result_id = r.id FROM result AS r
    WHERE r.head_id = ${headId}::uuid AND r.id <> ${before.resultId}::uuid
      AND c.result_id = ${before.resultId}::uuid AND c.standing = 'contested'`
  const rows = await tx.$queryRaw<{ was: string; standing: string; phase: Phase }[]>`
    WITH was AS (SELECT id, standing FROM submission WHERE id = ${headId}::uuid FOR NO KEY UPDATE)
    UPDATE submission AS s SET revision = s.revision + 1, standing = CASE WHEN EXISTS (
        SELECT 1 FROM submission AS c WHERE c.result_id = s.result_id AND c.standing = 'contested')
      THEN 'questioned' ELSE 'current' END
    FROM was WHERE s.id = was.id AND was.standing IN ('current', 'questioned')
    RETURNING was.standing AS was, s.standing, s.phase`
  const [head] = rows
  if (head?.was === 'questioned' && head.standing === 'current' && IN_FLIGHT.includes(head.phase))
    await addToOutbox(tx, [{ kind: 'way-cleared', submissionId: headId }], at)
}
