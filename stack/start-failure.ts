/** Why the stack cannot run, as one Russian sentence for a person, with what to do about it. Shown without a stack trace. */
export class StartFailure extends Error {
  readonly advice: string

  constructor(sentence: string, advice: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.name = 'StartFailure'
    this.advice = advice
  }
}
