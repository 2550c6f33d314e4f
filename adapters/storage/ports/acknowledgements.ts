import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'

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
  load(
    acknowledgementId: string,
  ): Promise<RegistryAnswer & { acknowledgementId: string; submissionId: string; version: number }>
}
