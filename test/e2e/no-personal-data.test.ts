import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFileKeyProvider } from '../../adapters/keys/index.ts'
import { deriveCodecKeys } from '../../adapters/temporal/codec-keys.ts'
import { createPayloadCodec } from '../../adapters/temporal/payload-codec.ts'
import { Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

/** A patient who exists nowhere else: each of these words may stand in encrypted columns and nowhere in clear. */
const PLANTED = {
  familyName: 'Сентинелова',
  givenName: 'Аврелия',
  patronymic: 'Евграфовна',
  birthDate: '1911-02-03',
  snils: '96155474337',
  policy: '2341998071655749',
  email: 'avrelia.sentinelova@example.org',
  phone: '+79990001122',
  localId: 'SENTINEL-PATIENT-77',
}
const NEEDLES = [...Object.values(PLANTED), '961-554-743 37', 'SENTINELOVA', 'sentinelova']

let stack: StackHandle
let lab: Laboratory
beforeAll(async () => {
  stack = await startStack({
    env: { GONETS_LOG_LEVEL: 'debug', GONETS_SEND_TIMEOUT: '2s', GONETS_POLL_FIRST: '1s' },
  })
  lab = new Laboratory(stack)
  await plantEverywhere()
})
afterAll(async () => {
  await stack.stop()
})

const answers: string[] = []

/** The planted patient meets success, refusal, an unknown outcome, a person's stop, and every kind of bad input. */
async function plantEverywhere(): Promise<void> {
  const plant = async (id: string) =>
    await sampleReport('cbc', id, (report) => Object.assign(report.patient, PLANTED))
  await lab.restsAt(await lab.submit(await plant('SENTINEL-1')), ['retained'])
  await stack.setFault({ target: 'portal', mode: 'reject', times: 1 })
  await lab.restsAt(await lab.submit(await plant('SENTINEL-2')), ['needs-correction'])
  await stack.setFault({ target: 'portal', mode: 'timeout-after-accept', times: 1 })
  await lab.restsAt(await lab.submit(await plant('SENTINEL-3')), ['retained'])
  await stack.setFault({ target: 'consent', mode: 'rejected', times: 1 })
  await lab.restsAt(await lab.submit(await plant('SENTINEL-4')), ['cancelled'])
  const report = await plant('SENTINEL-5')
  const broken: unknown[] = [
    {
      ...report,
      patient: {
        ...report.patient,
        snils: '961-554-743 38',
        birthDate: PLANTED.familyName,
        sex: PLANTED.givenName,
      },
    },
    { ...report, [PLANTED.familyName]: PLANTED.email, observations: [{ code: PLANTED.email }] },
    PLANTED.familyName,
  ]
  for (const body of broken)
    answers.push(await (await lab.postJson('/v1/submissions', body)).text())
  const hl7 = `MSH|^~\\&|LIS|LAB|||${PLANTED.familyName}||ORU^R01|1|P|2.5\rPID|1||${PLANTED.snils}||${PLANTED.familyName}^${PLANTED.givenName}||${PLANTED.email}\rOBX|1|NM|${PLANTED.localId}`
  answers.push(await (await lab.postHl7(Buffer.from(hl7))).text())
  answers.push(
    await (await lab.call('/v1/submissions')).text(),
    await (await lab.call('/v1/code-mappings')).text(),
  )
}

function expectNothing(text: string, where: string): void {
  for (const needle of NEEDLES)
    expect(text.includes(needle), `${where} holds a planted ${needle.slice(0, 3)}…`).toBe(false)
}

it('P7: answers of the API, bad input and lists included', () => {
  expect(answers.length).toBeGreaterThan(5)
  expectNothing(answers.join('\n'), 'an answer')
})

it('P7: logs of every process', async () => {
  const folder = join(stack.dataDir, 'logs')
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8')
    if (name.startsWith('api') || name.startsWith('worker'))
      expect(text.length, name).toBeGreaterThan(0)
    expectNothing(text, name)
  }
})

it('P7: metrics of API and worker', async () => {
  expectNothing(await (await fetch(`${stack.apiUrl}/metrics`)).text(), 'API metrics')
})

it('P7: Temporal histories and search attributes, opened with our own key', async () => {
  const connection = await Connection.connect({ address: stack.temporalAddress })
  const client = new Client({ connection })
  const codec = createPayloadCodec(
    deriveCodecKeys(createFileKeyProvider({ path: join(stack.dataDir, 'keys.json') })),
  )
  let runs = 0
  for await (const run of client.workflow.list()) {
    runs += 1
    expectNothing(
      JSON.stringify([run.workflowId, run.type, run.searchAttributes, run.raw.memo]),
      'a run in the list',
    )
    const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
    expectNothing(historyToJSON(history), 'a history as stored')
    for (const payload of payloadsIn(history)) {
      const [opened] = await codec.decode([payload])
      expectNothing(Buffer.from(opened?.data ?? []).toString(), 'a decrypted payload')
    }
  }
  expect(runs).toBeGreaterThan(4)
  await connection.close()
})

interface PayloadLike {
  readonly metadata: Record<string, Uint8Array>
  readonly data: Uint8Array
}

function* payloadsIn(value: unknown): Generator<PayloadLike> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if ('metadata' in value && 'data' in value) yield value as PayloadLike
  for (const part of Object.values(value)) yield* payloadsIn(part)
}

it('P7: every column of every table that is not ciphertext', async () => {
  const database = new pg.Client({ connectionString: stack.databaseUrl })
  await database.connect()
  const { rows: tables } = await database.query<{ table_name: string }>(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
  )
  for (const { table_name: table } of tables) {
    const { rows } = await database.query<{ row: string }>(
      `SELECT row_to_json(t)::text AS row FROM "${table}" t`,
    )
    for (const { row } of rows) expectNothing(row, `table ${table}`)
  }
  expect(tables.length).toBeGreaterThan(10)
  await database.end()
})

it('P7: subject lines of messages, and no medical content in their texts', async () => {
  const { mails } = await lab.inbox()
  expect(mails.length).toBeGreaterThan(0)
  for (const { subject, text } of mails) {
    expectNothing(String(subject), 'a subject')
    expect(String(text)).not.toMatch(/Гемоглобин|анализ крови|г\/л/iu)
  }
})
