import type { SubmissionCase } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import type { RegistryAnswer } from '../domain/submission/registry-answer.ts'
import type { ActivityDeps } from './deps.ts'

/** Stores an answer that came back with a send or a poll, once per message, and returns its id. */
export async function receiveAnswer(
  deps: ActivityDeps,
  submission: SubmissionCase,
  { answer, raw, via }: { answer: RegistryAnswer; raw: Buffer; via: 'send' | 'poll' },
): Promise<string> {
  const stored = await deps.store.acknowledgements.receive({
    organizationId: submission.organization.id,
    answer,
    raw,
    mediaType: 'application/json',
    via,
  })
  if (stored.kind === 'unknown-document') throw new AppError('submission-not-found', 'permanent')
  return stored.acknowledgementId
}
