import { Prisma } from '../../prisma/generated/client.ts'
import { isContested, SYSTEM } from './same-patient.ts'
import type { Statements } from './statements.ts'

/** In place of what the registry or a person had written. */
const ERASED_TEXT = 'Текст уничтожен вместе с записью'

/**
 * Everything personal of one submission, in all its versions: keys of its contents, texts of people and of the registry,
 * names on certificates, digests that could confirm a guess. What stays: ids, codes, times and keyed digests, by which a
 * late repeat is still known for one. The caller holds the row of the submission.
 */
export async function eraseContents(tx: Statements, submissionId: string, at: Date): Promise<void> {
  const own = Prisma.sql`submission_id = ${submissionId}::uuid`
  await tx.$executeRaw`
    UPDATE blob SET wrapped_key = NULL
    WHERE ${own} AND kind <> 'destruction-certificate' AND wrapped_key IS NOT NULL`
  await tx.$executeRaw`
    UPDATE submission SET issues = ${withoutTexts('issues')}, hold_reason = NULL, erased_at = ${at}, updated_at = ${at},
      revision = revision + 1
    WHERE id = ${submissionId}::uuid`
  await tx.$executeRaw`UPDATE submission_version SET reason = NULL WHERE ${own} AND reason IS NOT NULL`
  await tx.$executeRaw`UPDATE audit_entry SET reason = NULL WHERE ${own} AND reason IS NOT NULL`
  await tx.$executeRaw`UPDATE acknowledgement SET issues = ${withoutTexts('issues')} WHERE ${own}`
  await tx.$executeRaw`UPDATE event SET details = details - 'digest' WHERE ${own} AND details ? 'digest'`
  await tx.$executeRaw`
    UPDATE signature SET subject = '', serial = ''
    WHERE document_seq IN (SELECT seq FROM document WHERE ${own})`
  // Numbers of consents may stand there.
  await tx.$executeRaw`UPDATE question SET details = '{}' WHERE ${own} AND details <> '{}'`
  await tx.$executeRaw`UPDATE document SET digest = '' WHERE ${own} AND digest <> ''`
}

/** Codes and places of issues without their words. */
function withoutTexts(column: string): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce(jsonb_agg(jsonb_set(issue, '{detail}', to_jsonb(${ERASED_TEXT}::text)) ORDER BY place), '[]')
    FROM jsonb_array_elements(${Prisma.raw(column)}) WITH ORDINALITY AS list (issue, place))`
}

/** The identities that the versions of a submission came with. */
export async function patientsOf(tx: Statements, submissionId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT patient_id AS id FROM submission WHERE id = ${submissionId}::uuid
    UNION SELECT patient_id FROM submission_version WHERE submission_id = ${submissionId}::uuid AND patient_id IS NOT NULL`
  return rows.map(({ id }) => id)
}

/**
 * Destroys those of the identities that no result that still opens, in any of its versions, and no consent refers to. The
 * rows are locked first: a result of the same patient accepted at this moment is then either seen here or comes after and
 * seals the identity anew.
 */
export async function erasePatients(
  tx: Statements,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return
  await tx.$queryRaw`SELECT 1 AS locked FROM patient WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM patient WHERE id = ANY(${ids}::uuid[]) AND wrapped_key IS NOT NULL AND ${UNREFERENCED}`
  for (const { id } of rows) {
    await rememberShared(tx, id, at)
    await tx.$executeRaw`
      UPDATE patient SET wrapped_key = NULL, snils_index = NULL, policy_index = NULL, local_index = NULL,
        name_index = NULL, birth_index = NULL, confirmed_at = NULL, refuted_at = NULL, updated_at = ${at}
      WHERE id = ${id}::uuid`
  }
}

const UNREFERENCED = Prisma.sql`
  NOT EXISTS (SELECT 1 FROM submission WHERE patient_id = patient.id AND erased_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
    WHERE v.patient_id = patient.id AND s.erased_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM consent WHERE patient_id = patient.id)`

/** A number that has met two people must not become the other one's when the first is forgotten. */
async function rememberShared(tx: Statements, patientId: string, at: Date): Promise<void> {
  for (const column of ['policy_index', 'local_index'] as const)
    await tx.$executeRaw`
      INSERT INTO number_ruling (organization_id, number_index, ruling, decided_at, decided_by)
      SELECT known.organization_id, known.${Prisma.raw(column)}, 'several-people', ${at}, ${SYSTEM} FROM patient AS known
      WHERE known.id = ${patientId}::uuid AND known.${Prisma.raw(column)} IS NOT NULL AND ${isContested(column)}
      ON CONFLICT (organization_id, number_index) DO UPDATE SET ruling = excluded.ruling,
        decided_at = excluded.decided_at, decided_by = excluded.decided_by
      WHERE number_ruling.ruling <> excluded.ruling`
}
