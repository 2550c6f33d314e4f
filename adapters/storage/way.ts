import { type Way, type WayFacts, wayOf } from '../../domain/intake/standing.ts'
import type { StepKey } from '../../domain/submission/step.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { askAboutIdentity, IS_DOUBTED } from './identity-questions.ts'
import type { Statements } from './statements.ts'

/**
 * Of submission `s` and its version `v`: something about the result is asked and not answered, or the answer was that this
 * is not the person whose number it is.
 */
export const QUESTIONED = Prisma.sql`(EXISTS (
    SELECT 1 FROM question AS q JOIN submission AS asked ON asked.id = q.submission_id
    WHERE asked.result_id = s.result_id AND q.decided_at IS NULL)
  OR EXISTS (SELECT 1 FROM patient AS meant WHERE meant.id = s.patient_id AND meant.refuted_at IS NOT NULL))`

/** An earlier document of the set may have got to the registry and neither answer nor withdrawal of it is known. */
export const EARLIER_OUT = Prisma.sql`EXISTS (
  SELECT 1 FROM submission_version AS earlier JOIN submission AS carrier ON carrier.id = earlier.submission_id
  WHERE earlier.set_id = v.set_id AND earlier.version_number < v.version_number AND earlier.left_at IS NOT NULL
    AND earlier.withdrawn_at IS NULL AND coalesce(earlier.verdict, 'processing') = 'processing'
    AND carrier.phase NOT IN ('cancelled', 'destroyed'))`

/** The newest earlier document of the set that is in force at the registry. */
export const REGISTERED_BEFORE = Prisma.sql`(
  SELECT earlier.document_id FROM submission_version AS earlier
  WHERE earlier.set_id = v.set_id AND earlier.version_number < v.version_number AND earlier.verdict = 'accepted'
    AND earlier.withdrawn_at IS NULL
  ORDER BY earlier.version_number DESC LIMIT 1)`

interface ClaimRow extends WayFacts {
  readonly changed: boolean
  readonly doubted: boolean
}

/**
 * Says that the document may leave from now on, unless the set of it says otherwise: one statement that holds the
 * submission, as everybody who changes its standing does. `changed`: it names another document as replaced than the
 * registry holds by now.
 */
export async function claimSend(
  db: Statements,
  { submissionId, version }: Pick<StepKey, 'submissionId' | 'version'>,
  at: Date,
): Promise<Way | { readonly kind: 'changed' } | undefined> {
  const rows = await db.$queryRaw<ClaimRow[]>`
    WITH s AS (
      SELECT id, result_id, patient_id, consent_id, standing FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE),
    facts AS (
      SELECT s.id, s.standing, ${QUESTIONED} AS questioned, ${EARLIER_OUT} AS "earlierOut",
        (SELECT d.replaces_id FROM document AS d WHERE d.submission_id = s.id AND d.version = v.version
          ORDER BY d.seq DESC LIMIT 1) IS DISTINCT FROM ${REGISTERED_BEFORE} AS changed,
        ${IS_DOUBTED} AS doubted
      FROM s JOIN submission_version AS v ON v.submission_id = s.id AND v.version = ${version}),
    claimed AS (
      UPDATE submission_version AS v SET left_at = coalesce(v.left_at, ${at}) FROM facts
      WHERE v.submission_id = facts.id AND v.version = ${version} AND facts.standing = 'current'
        AND NOT facts.questioned AND NOT facts.doubted AND NOT facts."earlierOut" AND NOT facts.changed)
    SELECT standing, questioned, "earlierOut", changed, doubted FROM facts`
  const facts = rows[0]
  if (!facts) return undefined
  // What makes an identity doubtful may have come after the result: a person is asked now.
  if (facts.doubted) await askAboutIdentity(db, submissionId, at)
  const way = wayOf({ ...facts, questioned: facts.questioned || facts.doubted })
  return way.kind === 'clear' && facts.changed ? { kind: 'changed' } : way
}
