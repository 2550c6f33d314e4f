import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { StackHandle } from '../../test/support/stack.ts'
import type { Evidence } from './audit.ts'
import { isNewsToPatient, isToBeTold } from './audit-mails.ts'
import type { PatientClient } from './client.ts'
import { readContents } from './contents.ts'
import { expectationsOf } from './expectations.ts'
import type { Intake } from './laboratory-systems.ts'
import { type Event, eventsOf, type Listed, listAll } from './observe.ts'
import type { Plan } from './plan.ts'
import { readBooks } from './registry-books.ts'
import type { Wills } from './wills.ts'

/** Everything the audit compares, as it is once all rest. */
export async function gather(
  stack: StackHandle,
  client: PatientClient,
  done: { run: string; plan: Plan; taken: Intake; wills: Wills },
): Promise<Evidence> {
  const { run, plan, taken: intake, wills } = done
  const found = await listAll(client)
  const events = await eventsOnceTold(client, found)
  const registered = await readBooks(stack.sandboxUrl)
  const sent = new Set(registered.documents.map(({ documentId }) => documentId))
  return {
    ...{ intake, events, registered, wills },
    listed: await listAll(client),
    contents: await readContents(client, found, sent),
    expected: expectationsOf(run, plan, new Set(intake.revised.keys())),
    stories: new Set(plan.stories.map(({ item }) => item)),
    mails: await readInbox(stack.dataDir),
  }
}

const MAILS_WITHIN_MS = 90_000

/** Mails leave after the submission has come to rest: their outcome is waited for. */
async function eventsOnceTold(
  client: PatientClient,
  listed: readonly Listed[],
): Promise<Map<string, readonly Event[]>> {
  const end = performance.now() + MAILS_WITHIN_MS
  const known = new Map<string, readonly Event[]>()
  const open = new Map(listed.map((submission) => [submission.id, submission]))
  for (;;) {
    for (const submission of open.values()) {
      const { id } = submission
      const events = await eventsOf(client, id)
      known.set(id, events)
      if (!isToBeTold(submission) || events.some(isNewsToPatient)) open.delete(id)
    }
    if (open.size === 0 || performance.now() > end) return known
    await pause(1_000)
  }
}

export function retentionsIn(events: ReadonlyMap<string, readonly Event[]>): Date[] {
  return [...events.values()]
    .flatMap((list) => list.filter(({ type }) => type === 'record.sealed'))
    .map(({ at }) => new Date(at))
    .sort((a, b) => a.getTime() - b.getTime())
}

/** The inbox page keeps the newest mails; the file behind it keeps all. */
async function readInbox(dataDir: string): Promise<Evidence['mails']> {
  const lines = await readFile(join(dataDir, 'sandbox', 'mails.jsonl'), 'utf8').catch(() => '')
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Evidence['mails'][number])
}
