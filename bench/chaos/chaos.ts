import { setTimeout as pause } from 'node:timers/promises'
import { type StackHandle, startStack } from '../../test/support/stack.ts'
import { audit, type Findings } from './audit.ts'
import { createPatientClient, type PatientClient } from './client.ts'
import { createDesk } from './desk.ts'
import { gather, retentionsIn } from './evidence.ts'
import { explain } from './explain.ts'
import { carryOutKills, type KillRecord } from './killer.ts'
import { correctRefused, sendResults, type Taken } from './laboratory-systems.ts'
import { allRest, type Listed } from './observe.ts'
import { type Acts, createPerson, keepLooking, type PersonAtWork } from './person.ts'
import { makePlan, type Plan } from './plan.ts'
import { createRandom } from './random.ts'
import { isUndelivered, readBooks } from './registry-books.ts'
import { reviseRegistered } from './revisions.ts'
import type { Story } from './story.ts'
import { tellStories } from './teller.ts'
import { createWeather } from './weather.ts'
import { createWills } from './wills.ts'

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
  readonly stories: readonly Story[]
  readonly acts: Acts
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
  const { stories, revisions, lastMs } = plan
  const { sandboxUrl } = stack
  const run = `CHAOS-${seed}`
  const over = new AbortController()
  const startedAt = performance.now()
  const taken: Taken = { ids: new Map(), revised: new Map(), again: new Map(), refused: [] }
  const desk = createDesk()
  const weather = createWeather(sandboxUrl)
  const wills = createWills(client, sandboxUrl, run)
  const byItem = new Map(stories.map((story) => [story.item, story]))
  const told = new Set(byItem.keys())
  const person = createPerson({ client, run, sandboxUrl, desk, wills, taken, stories: byItem })
  const shared = { desk, taken, stories: told }
  const correcting = correctRefused(client, run, createRandom(seed + 1), shared, over.signal)
  const atWork = keepLooking(person, over.signal)
  const patience = AbortSignal.any([over.signal, AbortSignal.timeout(Math.ceil(lastMs) + settleMs)])
  const revising = reviseRegistered(client, run, revisions, startedAt, taken, desk, patience)
  const telling = { client, run, sandboxUrl, desk, wills, weather, taken, patience }
  const stillTelling = tellStories(telling, stories, startedAt)
  const [, kills] = await Promise.all([
    sendResults(client, run, plan.arrivals, startedAt, taken),
    carryOutKills(stack, plan.kills, startedAt, async (kind) => {
      if (kind === 'sandbox') await weather.renew()
    }),
    weather.make(plan.faults, startedAt),
  ])
  const sendingMs = performance.now() - startedAt
  log(`${n} results are in after ${(sendingMs / 1000).toFixed(0)} s; waiting until all rest`)
  await Promise.all([revising, stillTelling])
  const rested = await allSettle(client, sandboxUrl, person, settleMs)
  over.abort()
  const totalMs = performance.now() - startedAt
  await atWork
  const evidence = await gather(stack, client, { run, plan, taken, wills })
  const findings = audit(evidence)
  for (const line of explain(findings, evidence)) log(line)
  return {
    ...{ options, listed: evidence.listed, kills, rested, sendingMs, totalMs, stories },
    findings,
    accepted: taken.ids.size,
    posts: plan.arrivals.length + stories.flatMap(({ steps }) => steps.flatMap(wordsOf)).length,
    retries: client.retries(),
    corrections: await correcting,
    revisions: taken.revised.size,
    acts: person.acts,
    faults: plan.faults.length,
    retainedAt: retentionsIn(evidence.events),
  }
}

const wordsOf = ({ words }: Story['steps'][number]) => words

const CALLBACKS_WITHIN_MS = 90_000

/** Nothing moves, nothing waits for a person, and the registry has told everything it has to say. */
async function allSettle(
  client: PatientClient,
  sandboxUrl: string,
  person: PersonAtWork,
  withinMs: number,
): Promise<boolean> {
  const end = performance.now() + withinMs
  const hopeless = performance.now() + CALLBACKS_WITHIN_MS
  for (;;) {
    if (!(await allRest(client, end - performance.now()))) return false
    const books = await readBooks(sandboxUrl).catch(() => undefined)
    const talking = !books || books.documents.some(isUndelivered)
    const heard = !talking || performance.now() > hopeless
    if (heard && !(await person.look(true)) && (await allRest(client, 0))) return true
    if (performance.now() > end) return false
    await pause(500)
  }
}
