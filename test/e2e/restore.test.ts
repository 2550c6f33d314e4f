import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { json, Laboratory, sampleReport } from '../support/laboratory.ts'
import { backUpPostgres, restorePostgres } from '../support/postgres-backup.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { type StackHandle, startStack } from '../support/stack.ts'
import { openTemporal, type TemporalOfStack } from '../support/stack-temporal.ts'

let stack: StackHandle
let lab: Laboratory
let temporal: TemporalOfStack
beforeAll(async () => {
  stack = await startStack({ env: { GONETS_POLL_FIRST: '2s', GONETS_POLL_MAX: '2s' } })
  lab = new Laboratory(stack)
  temporal = openTemporal(stack)
})
afterAll(async () => {
  await temporal.close()
  await stack.stop()
})

const DIFFERS = 'registry-document-differs'
const IN_FLIGHT = ['awaiting-acknowledgement']
const submit = async (sample: string, resultId: string) =>
  lab.submit(await sampleReport(sample, resultId))
const analysisOf = async (sample: string) => (await sampleReport(sample, 'x')).analysis.code
const retry = async (id: string) =>
  json(await lab.postJson(`/v1/submissions/${id}/retry`, { reason: 'сверено с порталом' }))
const bodiesOf = (id: string) =>
  Promise.all(['document.pdf', 'evidence.zip'].map((name) => lab.artefact(id, name)))

/** Its answer is made and does not arrive: neither by callback nor on asking. */
async function silenced(sample: string): Promise<string> {
  const analysisType = await analysisOf(sample)
  return stack.setFault({ target: 'callback', mode: 'silent', match: { analysisType } })
}

it('P10: everything of PostgreSQL is lost and restored from a copy taken while it worked: nothing is registered twice', async () => {
  const kept = await submit('cbc', 'RESTORE-KEPT')
  const { registryId } = await lab.restsAt(kept, ['retained'])
  const bodies = await bodiesOf(kept)
  await stack.setFault({ target: 'portal', mode: 'correction', times: 1 })
  const held = await submit('cbc', 'RESTORE-HELD')
  await lab.restsAt(held, ['needs-correction'])
  const unknown = await stack.setFault({ target: 'consent', mode: 'unknown' })
  const later = await submit('sars-cov-2-pcr', 'RESTORE-LATER')
  await lab.restsAt(later, ['awaiting-consent'])
  await stack.clearFaults(unknown)
  await stack.setFault({ target: 'portal', mode: 'error-5xx', match: { operation: 'find' } })
  await silenced('biochemistry')
  const released = await silenced('cbc')
  const [answered, waiting] = await Promise.all([
    submit('cbc', 'RESTORE-ANSWERED'),
    submit('biochemistry', 'RESTORE-WAITING'),
  ])
  const before = [kept, held, later, answered, waiting]
  await Promise.all([answered, waiting].map((id) => lab.restsAt(id, IN_FLIGHT)))

  const [cluster, copy] = [join(stack.dataDir, 'postgres'), join(stack.dataDir, 'postgres.copy')]
  await backUpPostgres(stack.databaseUrl, cluster, copy)

  await stack.clearFaults(released)
  const { patient } = await sampleReport('sars-cov-2-pcr', 'RESTORE-LATER')
  const consent = { number: 'С-17', givenAt: '2026-01-12T10:00:00+03:00', scope: 'full' }
  const paper = { ...consent, analyses: [], confirmationMethod: 'paper', patient }
  await json(await lab.postJson('/v1/consents', paper))
  const lostKept = await submit('cbc', 'RESTORE-LOST-KEPT')
  const lostWaiting = await submit('biochemistry', 'RESTORE-LOST-WAITING')
  const [atLater, , atLostKept] = await Promise.all([
    lab.restsAt(later, ['retained']),
    lab.restsAt(answered, ['retained']),
    lab.restsAt(lostKept, ['retained']),
    lab.restsAt(lostWaiting, IN_FLIGHT),
  ])
  await expect.poll(async () => (await lab.registrations()).totals.registered).toBe(6)

  for (const name of ['api', 'worker', 'postgres'] as const) await stack.stopChild(name)
  await restorePostgres(copy, cluster)
  for (const name of ['postgres', 'api', 'worker'] as const) await stack.startChild(name)

  // What was accepted before the copy is there; Temporal remembers more than the database.
  const phases = await Promise.all(before.map(async (id) => (await lab.show(id)).phase))
  expect(phases).toEqual([
    'retained',
    'needs-correction',
    'awaiting-consent',
    ...IN_FLIGHT,
    ...IN_FLIGHT,
  ])
  for (const id of [lostKept, lostWaiting])
    expect((await lab.call(`/v1/submissions/${id}`)).status).toBe(404)
  expect(await bodiesOf(kept)).toEqual(bodies)
  expect(await reconcileNow(temporal)).toMatchObject({ restarted: 2, strays: [lostWaiting] })
  await stack.clearFaults()

  // What left before the copy is found by asking; what was made into a document after it is a person's decision.
  expect(await lab.restsAt(answered)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  expect(await lab.restsAt(waiting)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  expect(await lab.restsAt(later)).toMatchObject({ phase: 'needs-attention', reason: DIFFERS })
  await retry(later)
  const { registryId: laterId } = await lab.restsAt(later, ['retained'])
  expect(laterId).toBe(atLater.registryId)

  // Sent again, the lost ones are taken, and meet what the registry has of them.
  const again = await Promise.all([
    submit('cbc', 'RESTORE-LOST-KEPT'),
    submit('biochemistry', 'RESTORE-LOST-WAITING'),
  ])
  expect(again).not.toEqual([lostKept, lostWaiting])
  for (const id of again) {
    expect(await lab.restsAt(id)).toMatchObject({ phase: 'needs-attention', reason: DIFFERS })
    await retry(id)
    await lab.restsAt(id, ['retained'])
  }
  const [resent = ''] = again
  expect(await lab.show(resent)).toMatchObject({
    documentId: atLostKept.documentId,
    registryId: atLostKept.registryId,
  })
  const manifest = unzipSync(await lab.artefact(resent, 'evidence.zip'))['manifest.json']
  const { facts } = JSON.parse(strFromU8(manifest ?? new Uint8Array()))
  expect(facts).toMatchObject({ registryId: atLostKept.registryId, registeredDigest: null })

  // What waited for a person still does, and goes on.
  const report = await sampleReport('cbc', 'RESTORE-HELD', (changed) => {
    changed.status = 'corrected'
    changed.patient.birthDate = '1984-03-15'
  })
  await json(await lab.postJson(`/v1/submissions/${held}/corrections`, report))
  await lab.restsAt(held, ['retained'])

  expect((await lab.show(kept)).registryId).toBe(registryId)
  // Seven results, one of them with the version that was refused.
  const { totals } = await lab.registrations()
  expect(totals).toMatchObject({ registered: 7, registeredTwice: 0, documents: 8 })
}, 240_000)
