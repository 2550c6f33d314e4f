import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Phase } from '../../../domain/submission/phase.ts'
import { runDemo, type SampleProgress } from '../../../stack/demo.ts'
import { type DemoClient, DemoRefusal, type SubmissionState } from '../../../stack/demo-client.ts'
import { readSamples } from '../../../stack/samples.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-demo-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const state = (phase: Phase, revision: number): SubmissionState => ({
  id: 'id-1',
  phase,
  statusText: 'Принято',
  revision,
  analysisCode: 'cbc',
  registryId: 'Р-1',
  reasonText: null,
  issues: [],
  receivedAt: '2026-03-02T10:00:00.000Z',
  updatedAt: '2026-03-02T10:00:02.500Z',
  links: phase === 'retained' ? { 'document.pdf': '/v1/submissions/id-1/document.pdf' } : {},
})

/** An API that walks each submission through the phases, one a call. */
function apiThat(walks: readonly Phase[]): DemoClient & { calls: string[] } {
  const calls: string[] = []
  let at = 0
  return {
    calls,
    registerConsent: async (consent) => void calls.push(`consent ${consent.number}`),
    submit: async ({ file }) => {
      calls.push(`submit ${file}`)
      return 'id-1'
    },
    state: async () => {
      const phase = walks[Math.min(at, walks.length - 1)] ?? 'retained'
      at += 1
      return state(phase, at)
    },
    download: async () => Buffer.from('%PDF'),
  }
}

const message = (file: string) => ({
  file,
  contentType: 'application/json',
  bytes: Buffer.from('{}'),
})
const sample = (name: string, familyName: string) => ({
  name,
  messages: [message(`${name}.json`), message(`${name}.hl7`)],
  patient: { familyName, givenName: 'Анна', birthDate: '1990-01-01' },
})

async function run(client: DemoClient, signal = new AbortController().signal) {
  const seen: SampleProgress[] = []
  const samples = [sample('a', 'Тестова'), sample('b', 'Пробина')]
  const onProgress = (progress: SampleProgress) => void seen.push(progress)
  const options = { client, samples, folder, onProgress, signal, retryMs: 0 }
  return { seen, results: await runDemo(options) }
}

describe('the demo', () => {
  it('leaves the consent of the last patient to the consent service', async () => {
    const client = apiThat(['retained'])
    await run(client)
    expect(client.calls.filter((call) => call.startsWith('consent'))).toEqual(['consent С-ДЕМО-1'])
    expect(client.calls[0]).toBe('consent С-ДЕМО-1')
  })

  it('follows to the end, shows each phase and saves the document', async () => {
    const { seen, results } = await run(apiThat(['signing', 'sending', 'retained']))
    expect(seen.map(({ state }) => state?.phase)).toEqual(
      expect.arrayContaining(['signing', 'sending', 'retained']),
    )
    expect(results.map(({ state }) => state?.phase)).toEqual(['retained', 'retained'])
    expect(await readdir(folder)).toEqual(['a.pdf', 'b.pdf'])
  })

  it('stops following where a person has to act', async () => {
    const { results } = await run(apiThat(['needs-correction']))
    expect(results[0]?.state?.phase).toBe('needs-correction')
  })

  it('outlives an API that is away for a while', async () => {
    const client = apiThat(['retained'])
    let failures = 3
    const submit: DemoClient['submit'] = (given) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(new TypeError('fetch failed')) : client.submit(given)
    }
    const { results } = await run({ ...client, submit })
    expect(results[0]?.state?.phase).toBe('retained')
  })

  it('tells a refusal and goes on with the other samples', async () => {
    const client = apiThat(['retained'])
    const submit: DemoClient['submit'] = (given) =>
      given.file === 'a.json'
        ? Promise.reject(new DemoRefusal('API ответил 422: не подходит'))
        : client.submit(given)
    const { results } = await run({ ...client, submit })
    expect(results[0]?.failure).toBe('API ответил 422: не подходит')
    expect(results[1]?.state?.phase).toBe('retained')
  })

  it('does not hide that consents were refused', async () => {
    const client = apiThat(['retained'])
    const registerConsent = () => Promise.reject(new DemoRefusal('API ответил 409: занято'))
    const { results } = await run({ ...client, registerConsent })
    expect(results[0]?.failure).toBe('согласия не внесены: API ответил 409: занято')
  })

  it('notices when two formats of a result became two submissions', async () => {
    const client = apiThat(['retained'])
    const submit: DemoClient['submit'] = async ({ file }) => file
    const { results } = await run({ ...client, submit })
    expect(results[0]?.failure).toBe('один результат стал несколькими отправками')
  })

  it('ends with the reason when its time is over', async () => {
    const limit = new AbortController()
    const client = apiThat(['sending'])
    const late: DemoClient['state'] = async (id) => {
      limit.abort(new Error('не дошло за 120 с'))
      limit.signal.throwIfAborted()
      return client.state(id)
    }
    const { results } = await run({ ...client, state: late }, limit.signal)
    expect(results.map(({ failure }) => failure)).toEqual([
      'не дошло за 120 с',
      'не дошло за 120 с',
    ])
  })
})

describe('samples', () => {
  it('are read as bytes, one result for all its formats, with the patient of the JSON one', async () => {
    const windows1251 = Buffer.from([0xcf, 0xe0])
    const patient = { familyName: 'Тестова', givenName: 'Анна', birthDate: '1990-01-01' }
    await writeFile(join(folder, 'cbc.hl7'), windows1251)
    await writeFile(join(folder, 'cbc.json'), JSON.stringify({ patient }))
    await writeFile(join(folder, 'pcr.hl7'), windows1251)
    await writeFile(join(folder, 'README.md'), 'not a sample')
    const samples = await readSamples(folder)
    expect(samples.map(({ name, patient }) => [name, patient])).toEqual([
      ['cbc (hl7, json)', patient],
      ['pcr (hl7)', undefined],
    ])
    expect(samples[0]?.messages.map(({ contentType }) => contentType)).toEqual([
      'application/hl7-v2',
      'application/json',
    ])
    expect(samples[0]?.messages[0]?.bytes).toEqual(windows1251)
  })
})
