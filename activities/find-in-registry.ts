import type { SubmissionCase } from '../adapters/storage/port.ts'
import type { FindOutcome } from '../domain/submission/outcomes.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
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
    return await askRegistry(deps, submission, timeoutMs)
  }
}

export async function askRegistry(
  deps: ActivityDeps,
  submission: SubmissionCase,
  timeoutMs: number,
): Promise<FindOutcome> {
  const found = await deps
    .registryOf(submission.organization)
    .find({ documentId: submission.documentId, timeoutMs })
  if (found.kind !== 'answered') return { kind: found.kind }
  return {
    kind: 'answered',
    acknowledgementId: await receiveAnswer(deps, submission, {
      answer: found.answer,
      raw: found.raw,
      via: 'poll',
    }),
  }
}
