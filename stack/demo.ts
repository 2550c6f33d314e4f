import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DemoClient, DemoRefusal, type SubmissionState } from './demo-client.ts'
import { isResting } from './phase-text.ts'
import type { Sample } from './samples.ts'

/** Where one sample stands. `failure`: why it could not be followed to a resting phase. */
export interface SampleProgress {
  readonly name: string
  readonly state: SubmissionState | undefined
  readonly failure: string | undefined
  /** Files saved for a person to open. */
  readonly saved: readonly string[]
}

export interface DemoOptions {
  readonly client: DemoClient
  readonly samples: readonly Sample[]
  readonly folder: string
  readonly onProgress: (progress: SampleProgress) => void
  /** Ends the demo: Ctrl-C or the time limit. */
  readonly signal: AbortSignal
  readonly retryMs?: number
}

/**
 * Does what a laboratory does: registers consents, hands in results, follows each to its rest. Everything is
 * repeatable: on a later start the same samples find their first submissions, and interrupted ones go on.
 */
export async function runDemo(options: DemoOptions): Promise<SampleProgress[]> {
  const { client, samples } = options
  try {
    await persist(options, () => registerConsents(client, samples))
  } catch (error) {
    const failure = `согласия не внесены: ${failureOf(options.signal, error)}`
    return samples.map(({ name }) => ({ name, state: undefined, failure, saved: [] }))
  }
  return Promise.all(samples.map((sample) => followSample(options, sample)))
}

/** The last patient's consent is known to the consent service alone: the register has to ask for it. */
async function registerConsents(client: DemoClient, samples: readonly Sample[]): Promise<void> {
  const patients = samples.flatMap(({ patient }) => (patient ? [patient] : []))
  for (const [index, patient] of patients.slice(0, -1).entries()) {
    const consent = {
      number: `С-ДЕМО-${index + 1}`,
      givenAt: '2026-01-12T10:00:00+03:00',
      scope: 'full',
      analyses: [],
      confirmationMethod: 'paper',
    }
    await client.registerConsent(consent, patient)
  }
}

async function followSample(options: DemoOptions, sample: Sample): Promise<SampleProgress> {
  let progress: SampleProgress = {
    ...{ name: sample.name, state: undefined, failure: undefined, saved: [] },
  }
  const report = (change: Partial<SampleProgress>) => {
    progress = { ...progress, ...change }
    options.onProgress(progress)
  }
  try {
    report({})
    const id = await submitAll(options, sample)
    let state = await persist(options, () => options.client.state(id))
    report({ state })
    while (!isResting(state.phase)) {
      const { revision } = state
      state = await persist(options, () => options.client.state(id, revision))
      report({ state })
    }
    report({ saved: await saveFiles(options, sample, state) })
  } catch (error) {
    report({ failure: failureOf(options.signal, error) })
  }
  return progress
}

/** All formats of a result are handed in at once, as by systems that know nothing of each other: one submission. */
async function submitAll(options: DemoOptions, { messages }: Sample): Promise<string> {
  const send = messages.map((message) => persist(options, () => options.client.submit(message)))
  const [id, ...others] = new Set(await Promise.all(send))
  if (id === undefined) throw new DemoRefusal('в образце нет сообщений')
  if (others.length > 0) throw new DemoRefusal('один результат стал несколькими отправками')
  return id
}

/** The processes may be killed and come back at any time: only a refusal or the end of the demo is final. */
async function persist<T>(options: DemoOptions, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof DemoRefusal || options.signal.aborted) throw error
      await sleep(options.retryMs ?? 300, undefined, { signal: options.signal })
    }
  }
}

const SAVED = { 'document.pdf': 'pdf', 'evidence.zip': 'evidence.zip' }

async function saveFiles(
  options: DemoOptions,
  { name: label }: Sample,
  { links }: SubmissionState,
): Promise<string[]> {
  const saved: string[] = []
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  for (const [name, extension] of Object.entries(SAVED)) {
    const link = links[name]
    if (link === undefined) continue
    const bytes = await persist(options, () => options.client.download(link))
    const path = join(options.folder, `${label.split(' ', 1)[0]}.${extension}`)
    await writeFile(path, bytes, { mode: 0o600 })
    saved.push(path)
  }
  return saved
}

function failureOf(signal: AbortSignal, error: unknown): string {
  if (error instanceof DemoRefusal) return error.message
  if (!signal.aborted) return error instanceof Error ? error.message : 'неизвестная ошибка'
  return signal.reason instanceof Error ? signal.reason.message : 'прервано'
}
