import { randomUUID } from 'node:crypto'
import { type AcceptanceRuling, type KnownSubmission, ruleOnAcceptance } from './acceptance-rule.ts'
import { type Accepting, addVersion, create } from './acceptance-writes.ts'
import { sealBlobs } from './blob-rows.ts'
import { createDocumentIdentity } from './document-identity.ts'
import type { StoreParts } from './parts.ts'
import { sealPatient } from './patient-identity.ts'
import type { Acceptance, AcceptDraft, BlobDraft } from './port.ts'
import type { Statements } from './statements.ts'
import { readView } from './submission-view.ts'

/** One transaction from the look at what is known to the outbox row; identical posts race for one unique key. */
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
    return database.transact(async (tx) => {
      const known = await findNewest(tx, draft)
      const ruling = ruleOnAcceptance(draft.report, draft.contentDigest, known)
      const { kind, submissionId } = await apply(tx, accepting, ruling)
      return { kind, submission: await readView(tx, draft.organizationId, submissionId) }
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

/** Locks what it finds. A newer row that appears meanwhile shows as a taken unique key, and the transaction repeats. */
async function findNewest(
  tx: Statements,
  draft: AcceptDraft,
): Promise<KnownSubmission | undefined> {
  const { system, resultId } = draft.report.source
  const rows = await tx.$queryRaw<KnownSubmission[]>`
    SELECT id, phase, version, version_number AS "versionNumber", content_digest AS "contentDigest",
      source_version AS "sourceVersion", set_id AS "setId"
    FROM submission
    WHERE organization_id = ${draft.organizationId} AND source_system = ${system} AND source_id = ${resultId}
    ORDER BY source_version DESC LIMIT 1 FOR NO KEY UPDATE`
  return rows[0]
}

async function apply(
  tx: Statements,
  accepting: Accepting,
  ruling: AcceptanceRuling,
): Promise<{ kind: Acceptance['kind']; submissionId: string }> {
  switch (ruling.kind) {
    case 'repeated':
      return { kind: 'repeated', submissionId: ruling.known.id }
    case 'conflict':
      return {
        kind: (await isEarlierContent(tx, accepting.draft, ruling.known)) ? 'repeated' : 'conflict',
        submissionId: ruling.known.id,
      }
    case 'created':
      return { kind: 'created', submissionId: await create(tx, accepting, ruling.sourceVersion) }
    case 'replaces':
      return {
        kind: 'created',
        submissionId: await create(tx, accepting, ruling.sourceVersion, ruling.known),
      }
    case 'updated':
    case 'corrects':
      await addVersion(tx, accepting, ruling.kind, ruling.known)
      return { kind: ruling.kind, submissionId: ruling.known.id }
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
