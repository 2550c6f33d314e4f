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

/** A word with what has to be known of its content. Times in milliseconds since the epoch. */
export interface Word {
  /** Of the content, without the facts: the same content has the same digest. */
  readonly digest: string
  /** Marked as corrected, or taken back. */
  readonly corrects: boolean
  /** The laboratory has confirmed it: not preliminary. */
  readonly confirmed: boolean
  readonly version?: number | undefined
  /** Stands for the identity of the message. */
  readonly messageKey?: string | undefined
  readonly issuedAt?: number | undefined
  readonly sentAt?: number | undefined
}

/** A word that was accepted before. A person's correction is one too, in the place of the word that it corrects. */
export interface KnownWord extends Word {
  readonly submissionId: string
}

/**
 * Which of two words the laboratory said later, by what they state: the version, else the time of the result, else the time
 * of the message. Undefined: they do not tell.
 */
export function compareWords(a: Word, b: Word): 'before' | 'after' | undefined {
  for (const fact of ['version', 'issuedAt', 'sentAt'] as const) {
    const [left, right] = [a[fact], b[fact]]
    if (left !== undefined && right !== undefined && left !== right)
      return left < right ? 'before' : 'after'
  }
  return undefined
}
