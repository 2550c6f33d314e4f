import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../../domain/report/report.ts'
import type { StackHandle } from './stack.ts'

/** What the API shows of a submission, as far as the tests read it. */
export interface Shown {
  readonly id: string
  readonly phase: string
  readonly status: string
  readonly statusText: string
  readonly version: number
  readonly documentId: string
  readonly registryId: string | null
  readonly reason: string | null
  readonly issues: readonly {
    readonly code: string
    readonly pointer: string
    readonly detail: string
  }[]
  readonly attempts: readonly { readonly outcome: string; readonly code: string | null }[]
}

const RESTS: readonly string[] = [
  'retained',
  'cancelled',
  'destroyed',
  'needs-correction',
  'needs-attention',
  'awaiting-consent',
  'awaiting-approval',
  'awaiting-signatures',
  'awaiting-final',
]

export type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends object | undefined ? Mutable<T[K]> : T[K]
}

/** A sample of ours as another result of the same kind: the key of promise P2 is source system and result id. */
export async function sampleReport(
  name: string,
  resultId: string,
  change: (report: Mutable<Report>) => void = () => {},
): Promise<Report> {
  const report = JSON.parse(
    await readFile(join(import.meta.dirname, '..', '..', 'samples', `${name}.json`), 'utf8'),
  ) as Mutable<Report>
  report.source.resultId = resultId
  change(report)
  return report as Report
}

/** A laboratory system talking to the API of a stack over HTTP. */
export class Laboratory {
  private readonly stack: StackHandle

  constructor(stack: StackHandle) {
    this.stack = stack
  }

  async call(path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(new URL(path, this.stack.apiUrl), {
      ...init,
      headers: { authorization: `Bearer ${this.stack.apiKey}`, ...init.headers },
    })
  }

  postJson(path: string, body: unknown): Promise<Response> {
    return this.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  postHl7(bytes: Uint8Array): Promise<Response> {
    return this.call('/v1/submissions', {
      method: 'POST',
      headers: { 'content-type': 'application/hl7-v2' },
      body: Buffer.from(bytes),
    })
  }

  /** Posts a result that must be taken, and returns its id. */
  async submit(report: Report): Promise<string> {
    const answer = await this.postJson('/v1/submissions', report)
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as Shown).id
  }

  async show(id: string): Promise<Shown> {
    return await json<Shown>(await this.call(`/v1/submissions/${id}`))
  }

  async events(id: string): Promise<{ type: string; text: string }[]> {
    const answer = await json<{
      items?: { type: string; text: string }[]
      events?: { type: string; text: string }[]
    }>(await this.call(`/v1/submissions/${id}/events`))
    return answer.items ?? answer.events ?? []
  }

  /** The submission once it is in one of the phases; by default wherever it comes to rest. */
  async restsAt(id: string, phases: readonly string[] = RESTS, withinMs = 60_000): Promise<Shown> {
    const end = Date.now() + withinMs
    for (;;) {
      const shown = await this.show(id).catch(() => undefined)
      if (shown && phases.includes(shown.phase)) return shown
      if (Date.now() > end)
        throw new Error(`submission did not reach ${phases.join(', ')}: ${JSON.stringify(shown)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async artefact(id: string, name: string): Promise<Buffer> {
    const answer = await this.call(`/v1/submissions/${id}/${name}`)
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  /** What the registry's side says of one document. */
  async registrations(): Promise<{
    totals: Record<string, number>
    documents: { documentId: string; posts: number }[]
  }> {
    return await json(await fetch(`${this.stack.sandboxUrl}/portal/registrations`))
  }

  async inbox(): Promise<{ total: number; mails: Record<string, unknown>[] }> {
    return await json(await fetch(`${this.stack.sandboxUrl}/inbox.json`))
  }
}

export async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
