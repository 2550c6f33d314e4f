import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPortalRegistry } from '../../../adapters/registries/portal/portal-registry.ts'
import { sampleSubmission } from './sample-submission.ts'

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gonets-sandbox-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

interface Ready {
  readonly ready: boolean
  readonly url: string
  readonly smtpPort: number
  readonly publicKeyFile: string
}

async function start(): Promise<{ child: ChildProcess; line: Ready }> {
  const child = spawn(process.execPath, ['sandbox/main.ts'], {
    env: {
      GONETS_SANDBOX_PORT: '0',
      GONETS_SANDBOX_SMTP_PORT: '0',
      GONETS_SANDBOX_DIR: dir,
      GONETS_SANDBOX_TOKEN: 'test-token',
      GONETS_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, line: JSON.parse(line) as Ready }
}

const client = (line: Ready) =>
  createPortalRegistry({
    baseUrl: line.url,
    token: 'test-token',
    publicKeyPem: readFileSync(line.publicKeyFile, 'utf8'),
  })

it('keeps its registrations and its key over a kill, and stops cleanly on a signal', async () => {
  const first = await start()
  const submission = sampleSubmission()
  const sent = await client(first.line).submit({ submission, timeoutMs: 5000 })
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  const second = await start()
  const again = await client(second.line).submit({ submission, timeoutMs: 5000 })
  expect(again).toMatchObject({
    kind: 'taken',
    receiptId: (sent as { receiptId: string }).receiptId,
  })
  second.child.kill('SIGTERM')
  expect(await once(second.child, 'exit')).toEqual([0, null])
})
