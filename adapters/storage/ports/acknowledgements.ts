import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'
import type { StepKey } from '../../../domain/submission/step.ts'
import type { Json } from './json.ts'

export interface ReceivedAnswer extends RegistryAnswer {
  readonly submissionId: string
  readonly version: number
}
export interface Acknowledgements {
  /** Stores an answer once per (documentId, messageId), with the raw body; a callback adds the outbox row that signals the workflow. */
  receive(input: {
    organizationId: string
    answer: RegistryAnswer
    raw: Buffer
    mediaType: string
    via: 'callback' | 'poll' | 'send'
  }): Promise<
    | { kind: 'stored' | 'repeated'; acknowledgementId: string; submissionId: string }
    | { kind: 'unknown-document' }
  >
  /** What recording an answer starts from, or the outcome that the step has left before. Errors: AppError `acknowledgement-not-found` (permanent). */
  begin(
    key: StepKey,
    acknowledgementId: string,
  ): Promise<{ readonly done: Json } | { readonly answer: ReceivedAnswer }>
}
