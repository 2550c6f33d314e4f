// Records histories for test/replay from a real server: brings up the whole stack with the keys of test/replay, lets
// results meet every kind of fate, and writes what Temporal kept. Run it when a workflow changes on purpose; never edit.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
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

async function main(): Promise<void> {
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
    const recordings = [
      await happy(lab),
      await rejectedAndCorrected(stack, lab),
      await consentWithdrawn(stack, lab),
      await ambiguousSend(stack, lab),
      await cancelled(stack, lab),
      await retention(lab),
    ]
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

async function happy(lab: Laboratory): Promise<Recording> {
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

async function retention(lab: Laboratory): Promise<Recording> {
  const submissionId = await lab.submit(await sampleReport('cbc', 'RECORD-RETENTION'))
  await lab.restsAt(submissionId, ['retained'])
  await json(await lab.postJson(`/v1/submissions/${submissionId}/hold`, { reason: 'запрос суда' }))
  await json(
    await lab.postJson(`/v1/submissions/${submissionId}/release`, { reason: 'запрос исполнен' }),
  )
  return { scenario: 'retention-hold', submissionId }
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
    case 'watchConsent':
      return `watch-consent.${scenario}.json`
    default:
      // notify-<uuid>-<version>-<kind>-<round>; a group of the uuid may be digits only.
      return `notification.${scenario}.${/-\d+-([a-z].+)$/.exec(workflowId)?.[1] ?? 'message'}.json`
  }
}

await main()
process.exit(0)
