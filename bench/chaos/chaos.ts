import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type StackHandle, startStack } from '../../test/support/stack.ts'
import { audit, type Evidence, type Findings, isNewsToPatient, type Registered } from './audit.ts'
import { createPatientClient, type PatientClient } from './client.ts'
import { carryOutKills, type KillRecord } from './killer.ts'
import { correctRefused, type Intake, sendResults, type Taken } from './laboratory-systems.ts'
import { allRest, type Event, eventsOf, type Listed, listAll } from './observe.ts'
import { makePlan, type Plan } from './plan.ts'
import { createRandom } from './random.ts'
import { reviseRegistered } from './revisions.ts'
import { createWeather } from './weather.ts'

export interface ChaosOptions {
  readonly n: number
  readonly seed: number
  readonly temporal: 'dev' | 'server'
  readonly workers: number
  /** Results a second. */
  readonly rate: number
  readonly kills: number
  /** How long after the last result everything must rest. */
  readonly settleMs: number
  readonly log: (line: string) => void
  /** Ends the run early; the stack is stopped all the same. */
  readonly interrupted?: AbortSignal
}

export interface ChaosResult {
  readonly options: ChaosOptions
  readonly findings: Findings
  readonly listed: readonly Listed[]
  /** Different results that were answered with 200 or 202. */
  readonly accepted: number
  readonly posts: number
  readonly retries: number
  readonly corrections: number
  /** Registered results that their systems corrected afterwards. */
  readonly revisions: number
  readonly faults: number
  readonly kills: readonly KillRecord[]
  /** When each submission reached retention, in order. */
  readonly retainedAt: readonly Date[]
  readonly rested: boolean
  readonly sendingMs: number
  readonly totalMs: number
}

/** Short waits, so that a run of minutes meets what takes hours in production. */
const SETTINGS = {
  GONETS_POLL_FIRST: '2s',
  GONETS_POLL_MAX: '10s',
  GONETS_SEND_TIMEOUT: '3s',
  // The corrections and the audit share the key of the systems.
  GONETS_RATE_LIMIT_PER_MINUTE: '100000',
  GONETS_INTAKE_PER_MINUTE: '100000',
}

/** Results stream in while everything is killed and the outside world misbehaves; then the books are compared. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { temporal, workers, log } = options
  const stack = await startStack({ temporal, workers, env: SETTINGS, log })
  const giveUp = new AbortController()
  const { apiUrl, apiKey } = stack
  const client = createPatientClient({ apiUrl, apiKey, signal: giveUp.signal })
  try {
    const random = createRandom(options.seed)
    return await Promise.race([
      carryOut(stack, client, makePlan(random, options), options),
      interruption(options.interrupted),
    ])
  } finally {
    giveUp.abort()
    await stack.stop()
  }
}

function interruption(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('the run was interrupted')))
  })
}

async function carryOut(
  stack: StackHandle,
  client: PatientClient,
  plan: Plan,
  options: ChaosOptions,
): Promise<ChaosResult> {
  const { n, seed, settleMs, log } = options
  const run = `CHAOS-${seed}`
  const over = new AbortController()
  const startedAt = performance.now()
  const taken: Taken = { ids: new Map(), revised: new Map(), refused: [] }
  const busy = new Set<number>()
  const weather = createWeather(stack.sandboxUrl)
  const correcting = correctRefused(client, run, createRandom(seed + 1), busy, over.signal)
  const patience = AbortSignal.any([over.signal, AbortSignal.timeout(latest(plan) + settleMs)])
  const { revisions } = plan
  const revising = reviseRegistered(client, run, revisions, startedAt, taken, busy, patience)
  const [, kills] = await Promise.all([
    sendResults(client, run, plan.arrivals, startedAt, taken),
    carryOutKills(stack, plan.kills, startedAt, async (kind) => {
      if (kind === 'sandbox') await weather.renew()
    }),
    weather.make(plan.faults, startedAt),
  ])
  const sendingMs = performance.now() - startedAt
  log(`${n} results are in after ${(sendingMs / 1000).toFixed(0)} s; waiting until all rest`)
  await revising
  const rested = await allRest(client, settleMs)
  over.abort()
  const totalMs = performance.now() - startedAt
  const evidence = await gather(stack, client, taken)
  return {
    ...{ options, listed: evidence.listed, kills, rested, sendingMs, totalMs },
    findings: audit(evidence),
    accepted: taken.ids.size,
    posts: plan.arrivals.length,
    retries: client.retries(),
    corrections: await correcting,
    revisions: taken.revised.size,
    faults: plan.faults.length,
    retainedAt: retentionsIn(evidence.events),
  }
}

const latest = ({ arrivals }: Plan) => Math.ceil(arrivals.at(-1)?.atMs ?? 0)

async function gather(
  stack: StackHandle,
  client: PatientClient,
  intake: Intake,
): Promise<Evidence> {
  const listed = await listAll(client)
  const events = await eventsOnceTold(client, listed)
  const registrations = await fetch(`${stack.sandboxUrl}/portal/registrations`)
  return {
    ...{ intake, listed, events },
    registered: (await registrations.json()) as Registered,
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
    for (const { id, phase } of open.values()) {
      const events = await eventsOf(client, id)
      known.set(id, events)
      if (phase !== 'retained' || events.some(isNewsToPatient)) open.delete(id)
    }
    if (open.size === 0 || performance.now() > end) return known
    await pause(1_000)
  }
}

function retentionsIn(events: ReadonlyMap<string, readonly Event[]>): Date[] {
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
