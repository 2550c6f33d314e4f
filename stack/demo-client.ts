import { z } from 'zod'
import { Phase } from '../domain/submission/phase.ts'
import type { Message, SamplePatient } from './samples.ts'

const summary = z.object({ id: z.string() })
const state = z.object({
  id: z.string(),
  phase: z.enum(Phase),
  statusText: z.string(),
  revision: z.number(),
  analysisCode: z.string(),
  registryId: z.string().nullable(),
  reasonText: z.string().nullable(),
  issues: z.array(z.object({ code: z.string() })),
  receivedAt: z.iso.datetime({ offset: true }),
  updatedAt: z.iso.datetime({ offset: true }),
  links: z.record(z.string(), z.string()),
})
export type SubmissionState = z.output<typeof state>

/** The API said no to a sample. The message is for a person and names no patient. */
export class DemoRefusal extends Error {}

/** The few calls of the API that a laboratory system makes, and the demo with it. */
export interface DemoClient {
  registerConsent(consent: Readonly<Record<string, unknown>>, patient: SamplePatient): Promise<void>
  /** Sends a result; a repeat is answered with the first one. Returns the id of the submission. */
  submit(message: Message): Promise<string>
  /** State of a submission; with `revision` it waits a while for a newer one. */
  state(id: string, revision?: number): Promise<SubmissionState>
  download(link: string): Promise<Buffer>
}

const WAIT_SECONDS = 10

export function createDemoClient(options: {
  apiUrl: string
  apiKey: string
  fetch: typeof fetch
  signal: AbortSignal
}): DemoClient {
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await options.fetch(new URL(path, options.apiUrl), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${options.apiKey}` },
      signal: options.signal,
    })
    if (response.ok) return response
    const { status } = response
    if (status >= 500 || status === 429) throw new Error(`API answered ${status}`)
    throw new DemoRefusal(`API ответил ${status}: ${await reasonOf(response)}`)
  }
  return {
    async registerConsent(consent, patient) {
      await call('/v1/consents', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...consent, patient }),
      })
    },
    async submit({ contentType, bytes }) {
      const body = new Uint8Array(bytes)
      const headers = { 'content-type': contentType }
      const response = await call('/v1/submissions', { method: 'POST', headers, body })
      return summary.parse(await response.json()).id
    },
    async state(id, revision) {
      const query = revision === undefined ? '' : `?wait=${WAIT_SECONDS}s&revision=${revision}`
      return state.parse(await (await call(`/v1/submissions/${id}${query}`)).json())
    },
    async download(link) {
      return Buffer.from(await (await call(link)).arrayBuffer())
    },
  }
}

async function reasonOf(response: Response): Promise<string> {
  const problem = z.object({ title: z.string(), detail: z.string().optional() })
  const body = problem.safeParse(await response.json().catch(() => undefined))
  return body.success ? (body.data.detail ?? body.data.title) : 'без пояснения'
}
