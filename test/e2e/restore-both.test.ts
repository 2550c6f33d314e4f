import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEMPORAL_SERVER_VERSION } from '../../stack/binaries/temporal-server.ts'
import { json, Laboratory, sampleReport } from '../support/laboratory.ts'
import { backUpPostgres, restorePostgres } from '../support/postgres-backup.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { BIN_DIR, isolatedEnv, type StackHandle, startStack } from '../support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../support/stack-temporal.ts'

const available = await hasServer()
if (!available)
  process.stdout.write("Temporal's server is not built and Go is missing: its restore is skipped\n")

describe.skipIf(!available)('Temporal and Gonets on one PostgreSQL', () => {
  let stack: StackHandle
  let lab: Laboratory
  let temporal: TemporalOfStack
  // The first start builds the server; its modules may come slowly.
  beforeAll(async () => {
    const env = { GONETS_POLL_FIRST: '2s', GONETS_POLL_MAX: '2s' }
    stack = await startStack({ temporal: 'server', env })
    lab = new Laboratory(stack)
    temporal = openTemporal(stack)
  }, 900_000)
  afterAll(async () => {
    await temporal.close()
    await stack.stop()
  })

  const submit = async (sample: string, resultId: string) =>
    lab.submit(await sampleReport(sample, resultId))

  it('P10: both restored to one moment, what was in flight goes on by itself and is registered once', async () => {
    const kept = await submit('cbc', 'BOTH-KEPT')
    const { registryId } = await lab.restsAt(kept, ['retained'])
    await stack.setFault({ target: 'portal', mode: 'correction', times: 1 })
    const held = await submit('cbc', 'BOTH-HELD')
    await lab.restsAt(held, ['needs-correction'])
    await stack.setFault({ target: 'portal', mode: 'error-5xx', match: { operation: 'find' } })
    await stack.setFault({ target: 'callback', mode: 'silent' })
    const waiting = await submit('biochemistry', 'BOTH-WAITING')
    await lab.restsAt(waiting, ['awaiting-acknowledgement'])
    await stack.setFault({ target: 'portal', mode: 'error-5xx', status: 503, retryAfterSeconds: 1 })
    const sending = await submit('cbc', 'BOTH-SENDING')
    await expect
      .poll(async () => (await lab.show(sending)).attempts.length, { timeout: 30_000 })
      .toBeGreaterThan(0)
    const before = [kept, held, waiting, sending]

    const [cluster, copy] = [join(stack.dataDir, 'postgres'), join(stack.dataDir, 'postgres.copy')]
    await backUpPostgres(stack.databaseUrl, cluster, copy)

    await stack.clearFaults()
    const lost = await submit('biochemistry', 'BOTH-LOST')
    const rested = await Promise.all([waiting, sending, lost].map((id) => lab.restsAt(id)))
    expect(rested.map(({ phase }) => phase)).toEqual(['retained', 'retained', 'retained'])

    for (const name of ['api', 'worker', 'temporal', 'postgres'] as const)
      await stack.stopChild(name)
    await restorePostgres(copy, cluster)
    for (const name of ['postgres', 'temporal', 'api', 'worker'] as const)
      await stack.startChild(name)

    for (const [index, id] of [waiting, sending].entries()) {
      const { phase, registryId: number } = await lab.restsAt(id, ['retained'])
      expect([phase, number]).toEqual(['retained', rested[index]?.registryId])
      const types = (await lab.events(id)).map(({ type }) => type)
      expect(types).not.toContain('submission.restarted')
    }
    expect(await lab.show(kept)).toMatchObject({ phase: 'retained', registryId })
    expect((await lab.call(`/v1/submissions/${lost}`)).status).toBe(404)
    const report = await sampleReport('cbc', 'BOTH-HELD', (changed) => {
      changed.status = 'corrected'
      changed.patient.birthDate = '1984-03-15'
    })
    await json(await lab.postJson(`/v1/submissions/${held}/corrections`, report))
    await lab.restsAt(held, ['retained'])
    expect(await reconcileNow(temporal)).toMatchObject({ restarted: 0, held: 0, strays: [] })
    const { totals } = await lab.registrations()
    expect(totals).toMatchObject({ registered: before.length + 1, registeredTwice: 0 })
    expect(totals.documents).toBe(before.length + 2)
  }, 240_000)
})

async function hasServer(): Promise<boolean> {
  if (existsSync(join(BIN_DIR, `temporal-server-${TEMPORAL_SERVER_VERSION}`, 'server'))) return true
  const { PATH = '' } = await isolatedEnv('')
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, 'go')))
}
