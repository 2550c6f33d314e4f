import { randomUUID } from 'node:crypto'
import type { Report } from '../../domain/report/report.ts'
import { Phase } from '../../domain/submission/phase.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import type { Priority } from '../../domain/submission/priority.ts'
import { toStatus } from '../../domain/submission/status.ts'
import { phaseOf } from './acceptance-writes.ts'
import { compareWithLast } from './compare-with-last.ts'
import { endAsOutdated, settleHead } from './contested.ts'
import type { Deciding } from './deciding.ts'
import { createDocumentIdentity } from './document-identity.ts'
import { outboxFrom } from './outbox-rows.ts'
import { readReport } from './read-report.ts'
import { updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { supersede } from './supersede.ts'

/**
 * Which of the laboratory's words counts.
 * - `newest`: this one takes the place of the last; where it names another patient, what stands is withdrawn.
 * - `outdated`: it was older.
 * - `another-result`: the number was used again; both count.
 */
export async function decideWhichWord(tx: Statements, deciding: Deciding): Promise<void> {
  const { submissionId, decision, known, at } = deciding
  if (decision === 'outdated') {
    await endAsOutdated(tx, submissionId, at)
    return settleHead(tx, known, known.head.submissionId, at)
  }
  const report = await readReport(tx, deciding.sealer, { submissionId })
  const match = await compareWithLast(tx, deciding.sealer, known, report)
  if (decision === 'another-result') await settleAlone(tx, deciding)
  else if (match === 'another') await supersede(tx, known, 'other-patient', at)
  else await supersede(tx, known, reasonOf(report), at)
  const inSet = decision === 'newest' && match !== 'another'
  await takePlace(tx, deciding, report, inSet ? known.head.submissionId : undefined)
  await settleHead(tx, known, submissionId, at)
}

const reasonOf = ({ status }: Report) =>
  status === 'cancelled' ? 'cancelled-by-laboratory' : 'superseded'

/** What was the last word stays one, in a set of its own. */
async function settleAlone(tx: Statements, { known, at }: Deciding): Promise<void> {
  const { submissionId } = known.head
  await tx.$executeRaw`
    UPDATE submission SET standing = 'current', revision = revision + 1
    WHERE id = ${submissionId}::uuid AND standing = 'questioned'`
  await tx.$executeRaw`
    WITH entry AS (SELECT ${submissionId}::uuid AS id) ${outboxFrom({ kind: 'way-cleared' }, at)}`
}

interface Waiting {
  readonly version: number
  readonly organizationId: string
  readonly analysisCode: string
  readonly policy: Policy
  readonly priority: Priority
}

/** From now on the contested word counts: behind `replaces` in its set, or as the first of a new one. */
async function takePlace(
  tx: Statements,
  { submissionId, known, sealer, at }: Deciding,
  report: Report,
  replaces: string | undefined,
): Promise<void> {
  const rows = await tx.$queryRaw<Waiting[]>`
    SELECT version, organization_id AS "organizationId", analysis_code AS "analysisCode", policy, priority
    FROM submission WHERE id = ${submissionId}::uuid FOR NO KEY UPDATE`
  const waiting = rows[0]
  if (!waiting) throw new Error('a contested word is gone')
  const identity = createDocumentIdentity(sealer)
  const resultId = replaces ? known.resultId : randomUUID()
  const setId = replaces ? known.setId : identity.setIdOf(known.key, known.generation + 1)
  const number = replaces ? known.nextNumber : 1
  if (replaces)
    await tx.$executeRaw`UPDATE result SET head_id = ${submissionId}::uuid WHERE id = ${resultId}::uuid`
  else
    await tx.$executeRaw`
      INSERT INTO result (id, organization_id, source_system, source_id, analysis_code, analysis_system, generation, set_id,
        head_id, created_at)
      SELECT ${resultId}::uuid, organization_id, source_system, source_id, analysis_code, analysis_system, generation + 1,
        ${setId}::uuid, ${submissionId}::uuid, ${at} FROM result WHERE id = ${known.resultId}::uuid`
  const phase = phaseOf(report)
  const travels = phase === Phase.checkingConsent
  const document = travels
    ? { documentId: identity.documentIdOf(setId, number), versionNumber: number }
    : { documentId: randomUUID(), versionNumber: null }
  await tx.$executeRaw`
    UPDATE submission_version SET set_id = ${setId}::uuid, document_id = ${document.documentId}::uuid,
      version_number = ${document.versionNumber}
    WHERE submission_id = ${submissionId}::uuid AND version = ${waiting.version}`
  await updateSubmission(tx, submissionId, {
    ...{ resultId, setId, phase, standing: 'current', replacesId: replaces ?? null, ...document },
    ...{ status: toStatus(phase, undefined), updatedAt: at },
    reason: phase === Phase.cancelled ? 'cancelled-by-laboratory' : null,
  })
  const start = outboxFrom({ kind: 'start-submission', ...waiting }, at)
  if (travels) await tx.$executeRaw`WITH entry AS (SELECT ${submissionId}::uuid AS id) ${start}`
}
