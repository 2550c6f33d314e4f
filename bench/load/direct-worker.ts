// The product's own steps in one process, one after the other, with its database and the same outside world, but without
// HTTP and without Temporal: when this process dies, what it held is lost. What the work itself costs.
import { setTimeout as pause } from 'node:timers/promises'
import { MockActivityEnvironment } from '@temporalio/testing'
import type { Activities } from '../../activities/index.ts'
import { createActivities } from '../../activities/index.ts'
import { contentDigest, createFormats } from '../../adapters/formats/index.ts'
import { loadConfig } from '../../config/load-config.ts'
import { POLICY } from '../../test/support/sample-policy.ts'
import { createWorkerDeps } from '../../worker/deps.ts'
import { makeResult } from '../chaos/results.ts'

const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }
// biome-ignore lint/style/noProcessEnv: a process of its own reads its environment once
const deps = createWorkerDeps(loadConfig(process.env, 'worker'))
const { store } = deps.activities
const activities = createActivities(deps.activities)
const [organizationId = ''] = process.argv.slice(2)

async function run<Name extends keyof Activities>(
  name: Name,
  input: Parameters<Activities[Name]>[0],
): Promise<Awaited<ReturnType<Activities[Name]>>> {
  const environment = new MockActivityEnvironment({ attempt: 1 }, { logger: QUIET })
  return (await environment.run(activities[name] as never, input as never)) as never
}

const parser = createFormats().findParser('application/json')

async function carry(series: string, item: number): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(await makeResult(series, item)))
  const parsed = parser?.parse({
    bytes,
    contentType: 'application/json',
    options: { identifierChecks: 'strict', timeZone: 'Europe/Moscow' },
  })
  if (!parsed?.ok) throw new Error('the result was not understood')
  const [result] = parsed.value.results
  if (!result) throw new Error('a message without results')
  const { report } = result
  const { submission } = await store.submissions.accept({
    organizationId,
    ...result,
    source: { bytes, mediaType: 'application/json' },
    contentDigest: contentDigest(report),
    policy: POLICY,
    actor: 'bench',
  })
  const submissionId = submission.id
  const key = (step: string, round = 1) => ({ submissionId, version: 1, step, round }) as never
  await run('checkConsent', { key: key('check-consent') })
  const document = await run('assembleDocument', { key: key('assemble') })
  if (document.kind !== 'assembled') throw new Error('the document was not assembled')
  const { certificateSerial } = document
  await run('signDocument', { key: key('sign'), certificateSerial })
  await run('sendDocument', { key: key('send'), timeoutMs: 30_000 })
  const acknowledgementId = await answerTo(key)
  await run('recordAnswer', {
    key: key('record-answer'),
    acknowledgementId,
  })
  const news = { submissionId, version: 1, kind: 'document-available', round: 1 } as const
  await run('sendNotification', { ...news, recipient: 'patient' })
  await run('sealRecord', { key: key('seal') })
}

async function answerTo(key: (step: string, round: number) => never): Promise<string> {
  for (let round = 1; ; round += 1) {
    const found = await run('findInRegistry', { key: key('poll', round), timeoutMs: 30_000 })
    if (found.kind === 'answered') return found.acknowledgementId
    await pause(20)
  }
}

process.on('message', ({ name, n, inFlight }: { name: string; n: number; inFlight: number }) => {
  const totalMs: number[] = []
  let next = 0
  const lane = async () => {
    for (let item = next++; item < n; item = next++) {
      const start = performance.now()
      await carry(name, item)
      totalMs.push(performance.now() - start)
    }
  }
  const start = performance.now()
  void Promise.all(Array.from({ length: inFlight }, lane)).then(() =>
    process.send?.({ tookMs: performance.now() - start, totalMs }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
