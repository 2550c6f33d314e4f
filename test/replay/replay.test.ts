import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataConverter } from '@temporalio/common'
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { Runtime, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { recordedDataConverter } from '../support/test-keys.ts'

const HISTORIES = join(import.meta.dirname, 'histories')
const files = (await readdir(HISTORIES)).filter((name) => name.endsWith('.json')).sort()

let scratch: string
let dataConverter: DataConverter
const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }
beforeAll(async () => {
  Runtime.install({ logger: QUIET })
  scratch = await mkdtemp(join(tmpdir(), 'gonets-replay-'))
  dataConverter = await recordedDataConverter(join(scratch, 'keys.json'))
})
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true })
})

async function recorded(name: string) {
  return historyFromJSON(JSON.parse(await readFile(join(HISTORIES, name), 'utf8')))
}

async function replay(name: string, codePath: string): Promise<void> {
  await Worker.runReplayHistory(
    { workflowBundle: { codePath }, dataConverter },
    await recorded(name),
    'replayed',
  )
}

describe('histories recorded from a real server replay on today’s workflows', () => {
  it.each(files)('%s', async (name) => {
    await replay(name, inject('workflowBundle'))
  })

  it('cover what must never break', () => {
    const scenarios = [
      'happy',
      'rejected-and-corrected',
      'consent-withdrawn',
      'ambiguous-send',
      'retention',
      'watch-consent',
      'notification',
      'superseded',
      'awaiting-predecessor',
      'retention.taken-back',
      'leftover.leftover',
    ]
    for (const scenario of scenarios)
      expect(
        files.some((name) => name.includes(scenario)),
        scenario,
      ).toBe(true)
  })
})

it('a workflow that takes another step than it took is found out', async () => {
  const bundle = await readFile(inject('workflowBundle'), 'utf8')
  const broken = join(scratch, 'broken.js')
  await writeFile(broken, bundle.replaceAll('assembleDocument', 'assembleAnother'))
  await expect(
    replay(files.find((name) => name.includes('happy')) ?? '', broken),
  ).rejects.toBeInstanceOf(DeterminismViolationError)
})

it('a recorded history survives the round trip through JSON', async () => {
  const history = await recorded(files[0] ?? '')
  expect(historyFromJSON(JSON.parse(historyToJSON(history)))).toEqual(history)
})
