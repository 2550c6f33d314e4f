/**
 * A word is one statement of the laboratory about a result. These facts tell it from its repeats and put it in order among
 * the others; they are no part of its content. Whatever the message does not state is absent.
 */
export interface WordFacts {
  /** Version the laboratory system gave the result (JSON `source.version`). */
  readonly version?: number | undefined
  /** Identity of the message: MSH-10, JSON `messageId`. A message sent again carries the same. */
  readonly messageId?: string | undefined
  /** When the laboratory said so: OBR-22, JSON `issuedAt`. ISO 8601 with offset. */
  readonly issuedAt?: string | undefined
  /** When the message was made: MSH-7. ISO 8601 with offset. */
  readonly sentAt?: string | undefined
}
