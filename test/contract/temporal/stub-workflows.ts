import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow'

/** What a run was told, in order: name of the message and its argument. */
export const heard = defineQuery<[string, unknown][]>('heard')
/** The stub knows two phases: it refuses every decision until it is ready. */
export const becomeReady = defineSignal('becomeReady')
export const end = defineSignal('end')
/** The run goes on as another one, as a submission goes on as its retention. */
export const carryOn = defineSignal('carryOn')

const UPDATES = ['approve', 'reject', 'correct', 'retry', 'abandon', 'addSignature']
const SIGNALS = ['registryAnswered', 'consentChanged', 'placeHold', 'releaseHold']

/** Stands in for the protocol: it hears everything, decides nothing, and ends when it is told to. */
export async function submitAnalysis(input: unknown): Promise<void> {
  const told: [string, unknown][] = [['input', input]]
  let ready = false
  let ended = false
  setHandler(heard, () => told)
  setHandler(defineQuery('getProgress'), () => ({ version: 1 }))
  setHandler(becomeReady, () => {
    ready = true
  })
  setHandler(end, () => {
    ended = true
  })
  const next = { run: false }
  setHandler(carryOn, () => {
    next.run = true
  })
  for (const name of SIGNALS)
    setHandler(defineSignal<[unknown]>(name), (fact) => {
      told.push([name, fact])
    })
  for (const name of UPDATES)
    setHandler(
      defineUpdate<unknown, [unknown]>(name),
      (decision: unknown) => {
        told.push([name, decision])
        return name === 'addSignature'
          ? { accepted: false, code: 'signature-untrusted' }
          : undefined
      },
      {
        validator: (_: unknown) => {
          if (!ready) throw ApplicationFailure.nonRetryable('no', 'update-refused', 'assembling')
        },
      },
    )
  await condition(() => ended || next.run)
  if (next.run) await continueAsNew<typeof submitAnalysis>('carried on')
}

export async function watchConsent(input: unknown): Promise<void> {
  const told: [string, unknown][] = [['input', input]]
  let ended = false
  setHandler(heard, () => told)
  setHandler(defineSignal('submissionEntered'), () => {
    told.push(['submissionEntered', undefined])
  })
  setHandler(end, () => {
    ended = true
  })
  await condition(() => ended)
}

/** Keeps version 2 of nothing, takes no decisions, and ends when it is told to. */
export async function retainSubmission(input: unknown): Promise<void> {
  let ended = false
  setHandler(defineQuery('getProgress'), () => ({ version: 2 }))
  setHandler(heard, () => [['input', input]])
  setHandler(end, () => {
    ended = true
  })
  await condition(() => ended)
}

export async function countdown(): Promise<void> {}

/** Says what it was to tell. */
export async function notifyParties(input: unknown): Promise<unknown> {
  return await Promise.resolve(input)
}

/** Says what it was to take back. */
export async function withdrawLeftover(input: unknown): Promise<unknown> {
  return await Promise.resolve(input)
}
