import type { SubmissionCase } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import type { FindOutcome } from '../domain/submission/outcomes.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { DOCUMENT_DIFFERS, isAnother, isDecided } from './earlier-document.ts'
import { receiveAnswer } from './receive-answer.ts'

export interface FindInRegistryInput {
  readonly key: StepKey
  readonly timeoutMs: number
}

/** Asks the registry what it knows of the document: after an unknown outcome, and when it has been silent for long. */
export function createFindInRegistry(deps: ActivityDeps) {
  return async function findInRegistry({
    key,
    timeoutMs,
  }: FindInRegistryInput): Promise<FindOutcome> {
    const submission = await deps.store.cases.load(key.submissionId, key.version)
    return (await askRegistry(deps, submission, timeoutMs)).found
  }
}

/**
 * `another`: the registry has this id for other bytes than the record, and a person has decided that its answer counts.
 * Undecided, it is an error: the record must not claim what the registry does not have.
 */
export async function askRegistry(
  deps: ActivityDeps,
  submission: SubmissionCase,
  timeoutMs: number,
): Promise<{ readonly found: FindOutcome; readonly another: boolean }> {
  const found = await deps
    .registryOf(submission.organization)
    .find({ documentId: submission.documentId, timeoutMs })
  if (found.kind === 'not-found') return { found: { kind: found.kind }, another: false }
  const another = isAnother(found.digest, submission)
  if (another && !(await isDecided(deps, submission)))
    throw new AppError(DOCUMENT_DIFFERS, 'permanent')
  if (found.kind === 'taken') return { found: { kind: found.kind }, another }
  const acknowledgementId = await receiveAnswer(deps, submission, {
    answer: found.answer,
    raw: found.raw,
    via: 'poll',
  })
  return { found: { kind: 'answered', acknowledgementId }, another }
}
