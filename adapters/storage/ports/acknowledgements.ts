import type { Book } from '../../../domain/registry/book.ts'
import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'
import type { StepKey } from '../../../domain/submission/step.ts'
import type { Json } from './json.ts'

export interface ReceivedAnswer extends RegistryAnswer {
  readonly submissionId: string
  readonly version: number
  /** Of the submission's row. */
  readonly retentionMs: number
  /** What is believed of its document by now: this answer, or one that came after it. */
  readonly book: Book
}
export interface Acknowledgements {
  /**
   * Stores an answer once per document, message id and meaning, with the raw body; a callback adds the outbox row that
   * signals the workflow. The book of the document hears it in the same commit, and what contradicts it becomes a question
   * for a person, whether a run lives or not.
   */
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
