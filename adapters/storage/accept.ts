import { randomUUID } from 'node:crypto'
import { type AcceptanceRuling, type KnownSubmission, ruleOnAcceptance } from './acceptance-rule.ts'
import { type Accepting, addVersion } from './acceptance-writes.ts'
import { sealBlobs } from './blob-rows.ts'
import { createDocumentIdentity } from './document-identity.ts'
import { createInPlaceOf, createUnlessKnown } from './new-submission.ts'
import type { StoreParts } from './parts.ts'
import { sealPatient } from './patient-identity.ts'
import type { Acceptance, AcceptDraft, BlobDraft } from './port.ts'
import type { Statements } from './statements.ts'
import { readView } from './submission-view.ts'

/**
 * A new result is one statement. For a known one it writes nothing, and a transaction follows from the look at what is
 * known to the outbox row. Identical posts race for one unique key.
 */
export function createAccept({ database, sealer, now }: StoreParts) {
  const identity = createDocumentIdentity(sealer)
  return async (draft: AcceptDraft): Promise<Acceptance> => {
    const at = now()
    const report = toReportBlob(draft.report)
    const source: BlobDraft = { id: randomUUID(), kind: 'source', ...draft.source }
    const accepting = {
      draft,
      at,
      identity,
      reportBlobId: report.id,
      patient: await sealPatient(sealer, draft.organizationId, draft.report.patient),
      blobs: await sealBlobs(sealer, [source, report], at),
    }
    const created = await database.writeOne((db) => createUnlessKnown(db, accepting))
    if (created) return { kind: 'created', submission: created }
    return database.transact(async (tx) => {
      const known = await lockNewest(tx, draft)
      return apply(tx, accepting, ruleOnAcceptance(draft.report, draft.contentDigest, known))
    })
  }
}

export function toReportBlob(report: AcceptDraft['report']): BlobDraft {
  return {
    id: randomUUID(),
    kind: 'report',
    mediaType: 'application/json',
    bytes: Buffer.from(JSON.stringify(report)),
  }
}

/** A newer row that appears meanwhile shows as a taken unique key, and the transaction repeats. */
async function lockNewest(tx: Statements, draft: AcceptDraft): Promise<KnownSubmission> {
  const { system, resultId } = draft.report.source
  const rows = await tx.$queryRaw<KnownSubmission[]>`
    SELECT id, phase, version, version_number AS "versionNumber", content_digest AS "contentDigest",
      source_version AS "sourceVersion", set_id AS "setId"
    FROM submission
    WHERE organization_id = ${draft.organizationId} AND source_system = ${system} AND source_id = ${resultId}
    ORDER BY source_version DESC LIMIT 1 FOR NO KEY UPDATE`
  const known = rows[0]
  if (!known) throw new Error('a known submission is gone')
  return known
}

async function apply(
  tx: Statements,
  accepting: Accepting,
  ruling: AcceptanceRuling,
): Promise<Acceptance> {
  const { draft } = accepting
  const { known } = ruling
  const answer = async (kind: Acceptance['kind']) => ({
    kind,
    submission: await readView(tx, draft.organizationId, known.id),
  })
  switch (ruling.kind) {
    case 'repeated':
      return answer('repeated')
    case 'conflict':
      return answer((await isEarlierContent(tx, draft, known)) ? 'repeated' : 'conflict')
    case 'replaces':
      return {
        kind: 'created',
        submission: await createInPlaceOf(tx, accepting, ruling.sourceVersion, known),
      }
    case 'updated':
    case 'corrects':
      await addVersion(tx, accepting, ruling.kind, known)
      return answer(ruling.kind)
  }
}

/** A late retry of what a person has corrected since is a repeat, not a contradiction. */
async function isEarlierContent(
  tx: Statements,
  { contentDigest }: AcceptDraft,
  known: KnownSubmission,
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM submission_version WHERE submission_id = ${known.id}::uuid AND content_digest = ${contentDigest} LIMIT 1`
  return rows.length > 0
}
