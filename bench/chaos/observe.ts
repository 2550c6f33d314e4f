import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'

/** What the API lists, as far as it is compared. */
export interface Listed {
  readonly id: string
  readonly phase: string
  readonly status: string
  readonly version: number
  readonly reason: string | null
  readonly registryId: string | null
  readonly source: {
    readonly system: string
    readonly resultId: string
    readonly version: number
  }
  readonly setId: string
  readonly analysisCode: string
  /** The submission this one replaces, if any. */
  readonly replaces: string | null
  readonly replacedBy: string | null
  readonly versions: readonly ListedVersion[]
  readonly questions: readonly {
    readonly code: string
    readonly details: Readonly<Record<string, unknown>>
  }[]
}

export interface ListedVersion {
  readonly version: number
  readonly documentId: string
  /** What the product believes of the document at the registry. */
  readonly registry: { readonly state: string; readonly believed: string }
}

export interface Event {
  readonly at: string
  readonly version: number
  readonly type: string
  readonly details: Readonly<Record<string, unknown>>
}

interface Page {
  readonly items: readonly Listed[]
  readonly nextCursor: string | null
}

/** Every submission of the laboratory, page by page; `phase` keeps to those in it. */
export async function listAll(client: PatientClient, phase?: string): Promise<Listed[]> {
  const items: Listed[] = []
  const filter = phase ? `&phase=${phase}` : ''
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page = await client.get(`/v1/submissions?limit=200${filter}${next}`)
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}

const FOR_PEOPLE = [
  'awaiting-decision',
  'needs-attention',
  'needs-correction',
  'awaiting-acknowledgement',
]

/** What most of what waits for a person is found by. */
export async function listWaiting(client: PatientClient): Promise<Listed[]> {
  const items = new Map<string, Listed>()
  for (const phase of FOR_PEOPLE)
    for (const one of await listAll(client, phase)) items.set(one.id, one)
  return [...items.values()]
}

export const eventsOf = async (client: PatientClient, id: string): Promise<readonly Event[]> =>
  (await client.get<{ items: Event[] }>(`/v1/submissions/${id}/events`)).items

const ON_THE_WAY = [
  'checking-consent',
  'assembling',
  'signing',
  'sending',
  'awaiting-acknowledgement',
  'awaiting-predecessor',
  'notifying',
  // A person of the run decides, and tries again what has failed.
  'awaiting-decision',
  'needs-attention',
  // The laboratory of the run answers a refusal with a correction.
  'needs-correction',
]

/** True once nothing moves any more; false when something still does after `withinMs`. */
export async function allRest(client: PatientClient, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  for (;;) {
    if (!(await anyIn(client, ON_THE_WAY))) return true
    if (performance.now() > end) return false
    await pause(500)
  }
}

async function anyIn(client: PatientClient, phases: readonly string[]): Promise<boolean> {
  for (const phase of phases) {
    const page: Page = await client.get(`/v1/submissions?limit=1&phase=${phase}`)
    if (page.items.length > 0) return true
  }
  return false
}
