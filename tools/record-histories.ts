// Records histories for test/replay from a real server: brings up the whole stack with the keys of test/replay, lets
// results meet every kind of fate, and writes what Temporal kept. Run it when a workflow changes on purpose; never edit.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Report } from '../domain/report/report.ts'
import { json, Laboratory, sampleReport } from '../test/support/laboratory.ts'
import { type StackHandle, startStack } from '../test/support/stack.ts'
import { copyRecordedKeys } from '../test/support/test-keys.ts'

const REPLAY = join(import.meta.dirname, '..', 'test', 'replay')
const HISTORIES = join(REPLAY, 'histories')
const KEYS = join(REPLAY, 'keys.json')

interface Recording {
  readonly scenario: string
  readonly submissionId: string
  readonly consentId?: string
}

type Scenario = (stack: StackHandle, lab: Laboratory) => Promise<Recording>

async function main(only: readonly string[]): Promise<void> {
  await mkdir(HISTORIES, { recursive: true })
  if (!existsSync(KEYS)) await writeKeys()
  const stack = await startStack({
    env: {
      GONETS_SEND_TIMEOUT: '2s',
      GONETS_POLL_FIRST: '1s',
      GONETS_CONSENT_WATCH_AFTER: '1s',
      GONETS_CONSENT_RECHECK: '2s',
    },
    prepare: (dataDir) => copyRecordedKeys(join(dataDir, 'keys.json')),
  })
  try {
    const lab = new Laboratory(stack)
    const recordings: Recording[] = []
    for (const [name, scenario] of Object.entries(SCENARIOS))
      if (only.length === 0 || only.includes(name)) recordings.push(await scenario(stack, lab))
    await save(stack, recordings)
  } finally {
    await stack.stop()
  }
}

async function writeKeys(): Promise<void> {
  const secret = () => randomBytes(32).toString('base64')
  await writeFile(
    KEYS,
    `${JSON.stringify({ active: 'test', keys: { test: secret() }, root: secret() }, null, 2)}\n`,
  )
}

async function happy(_: StackHandle, lab: Laboratory): Promise<Recording> {
  const submissionId = await lab.submit(await sampleReport('cbc', 'RECORD-HAPPY'))
  await lab.restsAt(submissionId, ['retained'])
  return { scenario: 'happy', submissionId }
}

async function rejectedAndCorrected(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'reject', times: 1 })
  const report = await sampleReport('cbc', 'RECORD-REJECTED')
  const submissionId = await lab.submit(report)
  await lab.restsAt(submissionId, ['needs-correction'])
  await json(
    await lab.postJson(`/v1/submissions/${submissionId}/corrections`, {
      ...report,
      status: 'corrected',
      notes: ['исправлено'],
    }),
  )
  await lab.restsAt(submissionId, ['retained'])
  return { scenario: 'rejected-and-corrected', submissionId }
}

/** The consent service says no while the registry is silent: the daily watch finds out, the document is asked back. */
async function consentWithdrawn(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'silent', times: 1 })
  const report = await sampleReport('biochemistry', 'RECORD-WITHDRAWN')
  const consent = await json<{ id: string }>(
    await lab.postJson('/v1/consents', {
      number: 'С-ЗАПИСЬ',
      givenAt: '2026-01-12T10:00:00+03:00',
      scope: 'full',
      analyses: [],
      confirmationMethod: 'paper',
      patient: report.patient,
    }),
  )
  const submissionId = await lab.submit(report)
  await lab.restsAt(submissionId, ['awaiting-acknowledgement'])
  await fetch(`${stack.sandboxUrl}/consents/status`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ patientRef: report.patient.snils, status: 'expired' }),
  })
  await lab.restsAt(submissionId, ['cancelled'])
  return { scenario: 'consent-withdrawn', submissionId, consentId: consent.id }
}

async function ambiguousSend(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'timeout-after-accept', times: 1 })
  const submissionId = await lab.submit(await sampleReport('cbc', 'RECORD-AMBIGUOUS'))
  await lab.restsAt(submissionId, ['retained'])
  return { scenario: 'ambiguous-send', submissionId }
}

/** Stopped by a person while the registry is silent: what was done is undone in reverse. */
async function cancelled(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'silent', times: 1 })
  const submissionId = await lab.submit(await sampleReport('cbc', 'RECORD-CANCELLED'))
  await lab.restsAt(submissionId, ['awaiting-acknowledgement'])
  await json(
    await lab.postJson(`/v1/submissions/${submissionId}/cancel`, { reason: 'ошибочная отправка' }),
  )
  await lab.restsAt(submissionId, ['cancelled'])
  return { scenario: 'cancelled', submissionId }
}

async function retention(_: StackHandle, lab: Laboratory): Promise<Recording> {
  const submissionId = await lab.submit(await sampleReport('cbc', 'RECORD-RETENTION'))
  await lab.restsAt(submissionId, ['retained'])
  await json(await lab.postJson(`/v1/submissions/${submissionId}/hold`, { reason: 'запрос суда' }))
  await json(
    await lab.postJson(`/v1/submissions/${submissionId}/release`, { reason: 'запрос исполнен' }),
  )
  return { scenario: 'retention-hold', submissionId }
}

/** The laboratory speaks again while the registry is silent: the first document is asked back, the second goes its way. */
async function superseded(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'silent', times: 1 })
  const report = await sampleReport('cbc', 'RECORD-SUPERSEDED')
  const submissionId = await lab.submit(report)
  await lab.restsAt(submissionId, ['awaiting-acknowledgement'])
  const next = await lab.submit(again(report))
  await lab.restsAt(submissionId, ['cancelled'])
  await lab.restsAt(next, ['retained'])
  return { scenario: 'superseded', submissionId }
}

/** The newer word waits for the answer about the earlier document, which the registry does not give back. */
async function awaitingPredecessor(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({ target: 'portal', mode: 'late', delayMs: 4_000, times: 1 })
  await stack.setFault({ target: 'portal', mode: 'withdraw-refused', times: 1 })
  const report = await sampleReport('cbc', 'RECORD-PREDECESSOR')
  const first = await lab.submit(report)
  await lab.restsAt(first, ['awaiting-acknowledgement'])
  const submissionId = await lab.submit(again(report))
  await lab.restsAt(submissionId, ['retained'])
  return { scenario: 'awaiting-predecessor', submissionId }
}

/** A kept result that the laboratory takes back: the registered document is withdrawn, the record kept on. */
async function takenBack(_: StackHandle, lab: Laboratory): Promise<Recording> {
  const report = await sampleReport('cbc', 'RECORD-TAKEN-BACK')
  const submissionId = await lab.submit(report)
  await lab.restsAt(submissionId, ['retained'])
  await lab.submit({ ...again(report), status: 'cancelled' })
  await withdrawn(lab, submissionId)
  return { scenario: 'taken-back', submissionId }
}

/** Refused, corrected and registered, and the refused document accepted after all: it is taken back by a run of its own. */
async function leftover(stack: StackHandle, lab: Laboratory): Promise<Recording> {
  await stack.setFault({
    target: 'portal',
    mode: 'rejected-then-accepted',
    delayMs: 8_000,
    times: 1,
  })
  const report = await sampleReport('cbc', 'RECORD-LEFTOVER')
  const submissionId = await lab.submit(report)
  await lab.restsAt(submissionId, ['needs-correction'])
  await json(await lab.postJson(`/v1/submissions/${submissionId}/corrections`, again(report)))
  await lab.restsAt(submissionId, ['retained'])
  const body = { question: 'registry-contradicts', decision: 'accepted', reason: 'личный кабинет' }
  await until(async () => {
    return (await lab.postJson(`/v1/submissions/${submissionId}/decisions`, body)).ok
  })
  await withdrawn(lab, submissionId)
  return { scenario: 'leftover', submissionId }
}

const again = (report: Report): Report => ({
  ...report,
  source: { ...report.source, version: (report.source.version ?? 1) + 1 },
  status: 'corrected',
  notes: ['исправлено'],
})

const withdrawn = (lab: Laboratory, id: string) =>
  until(async () => (await lab.events(id)).some(({ type }) => type === 'registry.withdrawn'))

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; !(await isSo()); look += 1) {
    if (look > 300) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** By name; `npm run history:record -- <names>` records these alone. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  happy,
  'rejected-and-corrected': rejectedAndCorrected,
  'consent-withdrawn': consentWithdrawn,
  'ambiguous-send': ambiguousSend,
  cancelled,
  'retention-hold': retention,
  superseded,
  'awaiting-predecessor': awaitingPredecessor,
  'taken-back': takenBack,
  leftover,
}

async function save(stack: StackHandle, recordings: readonly Recording[]): Promise<void> {
  const connection = await Connection.connect({ address: stack.temporalAddress })
  const client = new Client({ connection })
  for await (const run of client.workflow.list()) {
    const recording = recordings.find(
      ({ submissionId, consentId }) =>
        run.workflowId.includes(submissionId) ||
        (consentId !== undefined && run.workflowId.includes(consentId)),
    )
    if (!recording) continue
    const name = fileName(run.type, run.workflowId, recording.scenario)
    const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
    await writeFile(join(HISTORIES, name), `${historyToJSON(history)}\n`)
    process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`)
  }
  await connection.close()
}

function fileName(type: string, workflowId: string, scenario: string): string {
  switch (type) {
    case 'submitAnalysis':
      return `${scenario}.json`
    case 'retainSubmission':
      return `retention.${scenario}.json`
    case 'withdrawLeftover':
      return `leftover.${scenario}.json`
    case 'watchConsent':
      return `watch-consent.${scenario}.json`
    default:
      // notify-<uuid>-<version>-<kind>-<round>; a group of the uuid may be digits only.
      return `notification.${scenario}.${/-\d+-([a-z].+)$/.exec(workflowId)?.[1] ?? 'message'}.json`
  }
}

await main(process.argv.slice(2))
process.exit(0)
