import { randomUUID } from 'node:crypto'
import { type Placing, placeWord } from '../../domain/intake/placing.ts'
import { ruleOnWord } from '../../domain/intake/ruling.ts'
import type { Report } from '../../domain/report/report.ts'
import type { Sealer } from '../shared/sealer.ts'
import { type Accepting, addVersion, toDate } from './acceptance-writes.ts'
import { sealBlobs } from './blob-rows.ts'
import { compareWithLast } from './compare-with-last.ts'
import { closeOutdated, markQuestioned, settleHead } from './contested.ts'
import { keyDigest } from './digest-at-rest.ts'
import { createDocumentIdentity } from './document-identity.ts'
import {
  createAside,
  createInNewSet,
  createInPlaceOf,
  createUnlessKnown,
} from './new-submission.ts'
import type { StoreParts } from './parts.ts'
import { sealPatient } from './patient-identity.ts'
import type { Acceptance, AcceptDraft, BlobDraft } from './port.ts'
import { tellOfQuestions } from './registry-disputes.ts'
import { type KnownResult, lockResult } from './result-rows.ts'
import type { Statements } from './statements.ts'
import { readView } from './submission-view.ts'
import { supersede } from './supersede.ts'
import { toWord } from './word-of.ts'

type Accepted = Omit<Acceptance, 'warnings'>

/**
 * A new result is one statement. For a known one it writes nothing, and a transaction follows: the lock of the result, what
 * the laboratory has said of it, the rule, and what follows from it.
 */
export function createAccept({ database, sealer, now }: StoreParts) {
  const identity = createDocumentIdentity(sealer)
  return async (given: AcceptDraft): Promise<Accepted> => {
    const draft = { ...given, contentDigest: keyDigest(sealer, given.contentDigest) }
    const at = now()
    const report = toReportBlob(draft.report)
    const source: BlobDraft = { id: randomUUID(), kind: 'source', ...draft.source }
    const accepting: Accepting = {
      ...{ draft, at, identity, key: keyOf(draft), word: toWord(sealer, draft) },
      reportBlobId: report.id,
      patient: await sealPatient(
        sealer,
        draft.organizationId,
        draft.report.patient,
        draft.report.source.system,
      ),
      blobs: await sealBlobs(sealer, [source, report], at),
    }
    const created = await database.writeOne((db) => createUnlessKnown(db, accepting))
    if (created) return { kind: kindOf('replaces', draft), submission: created, displaced: [] }
    return database.transact((tx) => acceptKnown(tx, sealer, accepting))
  }
}

export function toReportBlob(report: Report): BlobDraft {
  return {
    id: randomUUID(),
    kind: 'report',
    mediaType: 'application/json',
    bytes: Buffer.from(JSON.stringify(report)),
  }
}

export const keyOf = ({ organizationId, report: { source, analysis } }: AcceptDraft) => ({
  organizationId,
  system: source.system,
  resultId: source.resultId,
  analysisCode: analysis.code,
  analysisSystem: analysis.codeSystem,
})

async function acceptKnown(
  tx: Statements,
  sealer: Sealer,
  accepting: Accepting,
): Promise<Accepted> {
  const { draft, word, key } = accepting
  const known = await lockResult(tx, key, sealer)
  if (!known) throw new Error('a known result is gone')
  const ruling = ruleOnWord(word, known.words, known.head)
  if (ruling.kind === 'repeated') {
    if (ruling.confirms) await confirm(tx, accepting, known)
    const submission = await readView(tx, draft.organizationId, ruling.submissionId)
    return { kind: 'repeated', submission, displaced: [] }
  }
  const patient = await compareWithLast(tx, sealer, known, draft.report)
  const placing = placeWord(ruling.kind, word, toPlaced(known), patient)
  if (placing === 'repeated') throw new Error('a repeat was told apart before')
  const placed = await place(tx, accepting, known, placing)
  return { kind: kindOf(placing, draft), ...placed }
}

/** The last word, said again later: whatever was said in between is older than it. */
async function confirm(tx: Statements, { word, at }: Accepting, known: KnownResult): Promise<void> {
  const { submissionId, currentVersion } = known.head
  await tx.$executeRaw`
    UPDATE submission_version SET source_version = coalesce(${word.version ?? null}::int, source_version),
      issued_at = coalesce(${toDate(word.issuedAt)}::timestamptz, issued_at),
      sent_at = coalesce(${toDate(word.sentAt)}::timestamptz, sent_at)
    WHERE submission_id = ${submissionId}::uuid AND version = ${currentVersion}`
  await closeOutdated(tx, known, word, at)
  await settleHead(tx, known, submissionId, at)
}

const toPlaced = ({ head }: KnownResult) => ({ phase: head.phase, version: head.version })

/** Carries out what was ruled. The caller holds the result. */
async function place(
  tx: Statements,
  accepting: Accepting,
  known: KnownResult,
  placing: Exclude<Placing, 'repeated'>,
): Promise<Pick<Acceptance, 'submission' | 'displaced'>> {
  const { head } = known
  if (placing === 'contested') await markQuestioned(tx, head.submissionId)
  if (placing === 'contested' || placing === 'outdated') {
    const submission = await createAside(tx, accepting, known, placing)
    if (placing === 'contested') await tellOfQuestions(tx, submission.id, 1, accepting.at)
    return { submission, displaced: [] }
  }
  await closeOutdated(tx, known, accepting.word, accepting.at)
  const { id, displaced } = await takePlace(tx, accepting, known, placing)
  await settleHead(tx, known, id, accepting.at)
  return { submission: await readView(tx, accepting.draft.organizationId, id), displaced }
}

async function takePlace(
  tx: Statements,
  accepting: Accepting,
  known: KnownResult,
  placing: 'updates' | 'corrects' | 'replaces' | 'moves',
): Promise<{ id: string; displaced: readonly string[] }> {
  const { at, word } = accepting
  switch (placing) {
    case 'updates':
    case 'corrects':
      await addVersion(tx, accepting, placing, known)
      return { id: known.head.submissionId, displaced: [] }
    case 'moves': {
      const displaced = await supersede(tx, known, 'other-patient', at)
      const view = await createInNewSet(tx, accepting, known.generation + 1)
      if (!view) throw new Error('nothing written')
      return { id: view.id, displaced }
    }
    case 'replaces': {
      const reason = word.cancels ? 'cancelled-by-laboratory' : 'superseded'
      const displaced = await supersede(tx, known, reason, at)
      return { id: (await createInPlaceOf(tx, accepting, known)).id, displaced }
    }
  }
}

function kindOf(placing: Placing, { report }: AcceptDraft): Acceptance['kind'] {
  switch (placing) {
    case 'repeated':
    case 'contested':
    case 'outdated':
    case 'corrects':
      return placing
    case 'updates':
      return 'updated'
    case 'replaces':
    case 'moves':
      return report.status === 'cancelled' ? 'withdrawn' : 'created'
  }
}
