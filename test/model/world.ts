import { randomUUID } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import type fc from 'fast-check'
import type pg from 'pg'
import { createActivities } from '../../activities/index.ts'
import type { Store, SubmissionView } from '../../adapters/storage/port.ts'
import { CURRENT_PROTOCOL } from '../../domain/submission/messages.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import type { WorkflowMessage } from '../../domain/submission/workflow-message.ts'
import {
  fakeConsentService,
  fakeNotifier,
  fakeRenderer,
  fakeRuns,
  fakeSigner,
  fakeVerifier,
} from '../support/activity-fakes.ts'
import { DAY, POLICY } from '../support/sample-policy.ts'
import { type Chances, type Recanting, reader } from './chances.ts'
import { createRegistryModel, type Moods } from './registry-model.ts'
import { resting } from './resting.ts'
import { lastWord, type Spoken, toMessage } from './words.ts'
import { Run, toActivityFailure, type Workflows } from './workflow-runtime.ts'

export interface Surroundings {
  readonly store: Store
  readonly sql: pg.Client
  readonly workflows: Workflows
  readonly organizationId: string
  readonly clock: { now: Date }
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} }
const LAW = { ...POLICY, legalBasis: 'law' as const }
/** Timers beyond are of the years of keeping. */
const HORIZON_MS = 400 * DAY

/** Carries one spoken result through the product in whatever order the scheduler says; returns what is wrong in the end. */
export async function liveThrough(
  around: Surroundings,
  said: Spoken,
  chances: Chances,
  scheduler: fc.Scheduler,
): Promise<string[]> {
  const { store, sql, organizationId, clock } = around
  const resultId = `model-${randomUUID()}`
  const next = reader(chances)
  const moods: Moods = { next: () => next('moods'), accepts: () => next('accepted') }
  const registry = createRegistryModel(moods, chances.givesBack)
  const runs = new Map<string, Run>()
  const indexOf = new Map<string, number>()
  const faults: string[] = []
  let busy = 0
  let dispatching = false
  const undelivered = { any: false }
  const rest = resting()
  const startedAt = clock.now.getTime()

  const activities = createActivities({
    store,
    consentService: fakeConsentService(),
    consentWatch: { enter: async () => {} },
    runs: fakeRuns(),
    documents: fakeRenderer(),
    evidence: { bundle: async () => Buffer.from('zip') },
    signer: fakeSigner(),
    verifier: fakeVerifier(),
    registryOf: () => registry.registry,
    notifier: fakeNotifier(),
    messages: { operatorEmail: undefined, patientLink: '', namesStudy: false },
    terms: { answersMs: DAY, consentsMs: DAY },
    now: () => clock.now,
    newId: randomUUID,
  }) as unknown as Record<string, (input: unknown) => Promise<unknown>>

  async function turn<T>(label: string, work: () => Promise<T>): Promise<T> {
    await scheduler.schedule(Promise.resolve(), label)
    busy += 1
    try {
      return await work()
    } finally {
      busy -= 1
      if (label !== 'dispatch') wantDispatch()
    }
  }

  function wantDispatch(): void {
    if (dispatching) return
    dispatching = true
    void turn('dispatch', async () => {
      dispatching = false
      await dispatch()
    }).catch((error: unknown) => faults.push(`dispatch: ${String(error)}`))
  }

  async function dispatch(): Promise<void> {
    const { rows } = await sql.query(
      `SELECT DISTINCT submission_id AS id FROM outbox WHERE delivered_at IS NULL AND submission_id IN
         (SELECT id FROM submission WHERE organization_id = $1 AND source_id = $2)`,
      [organizationId, resultId],
    )
    for (const { id } of rows as { id: string }[]) {
      if (!next('delivered')) {
        undelivered.any = true
        continue
      }
      for (const { id: entry, message } of await store.outbox.claimFor(id, 60_000)) {
        if (deliver(message)) await store.outbox.done(entry)
        else {
          await store.outbox.failed(entry, 'update-refused', 0)
          undelivered.any = true
        }
      }
    }
  }

  function deliver(message: WorkflowMessage): boolean {
    const { submissionId } = message
    const run = runs.get(submissionId)
    switch (message.kind) {
      case 'start-submission': {
        const fresh = new Run(submissionId, host, around.workflows)
        runs.set(submissionId, fresh)
        const { version, policy } = message
        fresh.start('submitAnalysis', {
          ...{ submissionId, version, organizationId, policy, protocol: CURRENT_PROTOCOL },
        })
        return true
      }
      case 'superseded':
        run?.signal('superseded', { reason: message.reason })
        return true
      case 'way-cleared':
        run?.signal('wayCleared')
        return true
      case 'registry-answered':
        run?.signal('registryAnswered', { acknowledgementId: message.acknowledgementId })
        return true
      case 'corrected':
        return (
          run?.ended !== false || run.update('correct', { version: message.version, actor: 'x' })
        )
      case 'leftover': {
        const { version, occasion } = message
        const beside = new Run(occasion, host, around.workflows)
        runs.set(occasion, beside)
        beside.start('withdrawLeftover', { submissionId, version })
        return true
      }
      case 'consent-changed':
      case 'hold-changed':
      case 'start-retention':
      case 'tell':
        return true
    }
  }

  const host = {
    now: () => clock.now.getTime(),
    async activity(run: Run, name: string, input: unknown): Promise<unknown> {
      const work = activities[name]
      if (!work) throw new Error(`no activity ${name}`)
      for (let attempt = 1; ; attempt += 1) {
        const fate = attempt > 3 ? 'lives' : next('kills')
        const done = await turn(`${name} ${run.id.slice(0, 4)}`, async () => {
          if (fate === 'before') return undefined
          try {
            const environment = new MockActivityEnvironment({ attempt }, { logger: SILENT })
            const value = await environment.run(work, input)
            return fate === 'after' ? undefined : { value }
          } catch (error) {
            if (error instanceof ApplicationFailure) return { failure: error }
            throw error
          }
        })
        if (done === undefined) continue
        if (!('failure' in done)) return done.value
        if (done.failure.nonRetryable || attempt > 20) throw toActivityFailure(name, done.failure)
      }
    },
  }

  async function send(index: number): Promise<void> {
    const word = said.words[index]
    if (!word) throw new Error('no such word')
    await turn(`word ${index}`, async () => {
      const accepted = await store.submissions.accept({
        ...toMessage(said.style, resultId, word),
        ...{ organizationId, policy: LAW, actor: 'key-1' },
        source: { bytes: Buffer.from('{}'), mediaType: 'application/json' },
      })
      const { id, version } = accepted.submission
      if (accepted.kind !== 'repeated') indexOf.set(`${id}/${version}`, index)
    })
  }

  async function speak(): Promise<void> {
    if (said.atOnce) await Promise.all(said.arrivals.map(send))
    else
      for (const index of said.arrivals) {
        if (next('pauses')) await rest.next()
        await send(index)
      }
  }

  const views = async (): Promise<SubmissionView[]> =>
    (await store.submissions.list(organizationId, { sourceId: resultId, limit: 50 })).items

  /** What people do once nothing moves by itself; true when somebody did something. */
  async function peopleAct(): Promise<boolean> {
    const all = await views()
    for (const view of all) {
      if (view.questions.length > 0 && (await tellWhatIsHeld(view))) return true
      if (view.phase === 'awaiting-decision') {
        await decide(view, all)
        return true
      }
      const run = runs.get(view.id)
      if (view.phase === 'needs-correction' && view.standing === 'current') {
        await correct(view)
        return true
      }
      if (view.phase === 'needs-attention' && view.reason !== 'question-open' && run) {
        if (run.update('retry', { actor: 'x', reason: '' })) return true
      }
    }
    return false
  }

  /** The person who is asked calls the laboratory and hears which of two words it said later. */
  async function decide(view: SubmissionView, all: readonly SubmissionView[]): Promise<void> {
    const { rows } = await sql.query(
      `SELECT head_id AS id FROM result WHERE organization_id = $1 AND source_id = $2 ORDER BY generation DESC LIMIT 1`,
      [organizationId, resultId],
    )
    const head = all.find(({ id }) => id === rows[0]?.id)
    const own = indexOf.get(`${view.id}/${view.version}`) ?? -1
    const newest = own > (indexOf.get(`${head?.id}/${head?.version}`) ?? -1)
    await store.questions.decide({
      ...{ organizationId, submissionId: view.id, code: 'which-word' },
      ...{ decision: newest ? 'newest' : 'outdated', actor: 'key-2', reason: 'звонок' },
    })
    wantDispatch()
  }

  /** The person who is asked what the registry holds looks into its books. */
  async function tellWhatIsHeld({ id, questions }: SubmissionView): Promise<boolean> {
    const asked = questions.find(({ code }) => code === 'registry-contradicts')
    if (!asked) return false
    const { documentId } = asked.details as { documentId: string }
    const held = registry.entries().find((entry) => entry.documentId === documentId)
    await store.questions.decide({
      ...{ organizationId, submissionId: id, code: 'registry-contradicts' },
      ...{
        decision: held?.answer?.verdict === 'accepted' && !held.withdrawn ? 'accepted' : 'refused',
      },
      ...{ actor: 'key-2', reason: 'личный кабинет' },
    })
    wantDispatch()
    return true
  }

  /** What the registry refused is sent once more with a remark, as a person would correct it. */
  async function correct(view: SubmissionView): Promise<void> {
    const index = indexOf.get(`${view.id}/${view.version}`) ?? -1
    const word = said.words[index]
    if (!word) throw new Error(`nobody said ${view.id}/${view.version}`)
    const { report } = toMessage(said.style, resultId, word)
    const stored = await store.submissions.addCorrection({
      ...{ organizationId, submissionId: view.id, changedFields: ['/notes'], actor: 'key-2' },
      ...{ report: { ...report, notes: [randomUUID()] }, contentDigest: randomUUID(), reason: 'x' },
    })
    if (stored.kind === 'stored') indexOf.set(`${view.id}/${stored.version}`, index)
    wantDispatch()
  }

  /** The registry decides about each document it has, sooner or later. */
  function registryActs(): void {
    for (const entry of registry.open()) {
      if (deciding.has(entry.documentId)) continue
      deciding.add(entry.documentId)
      void turn('registry', async () => {
        if (entry.answer || entry.withdrawn) return
        const answer = registry.decide(entry, clock.now)
        if (answer.verdict === 'rejected') recant(entry, next('recants'))
        if (next('posted')) await post(answer)
      }).catch((error: unknown) => faults.push(`registry: ${String(error)}`))
    }
  }
  const deciding = new Set<string>()

  /** It says so without being asked: nobody polls for what is answered. */
  function recant(entry: Parameters<typeof registry.recant>[0], when: Recanting): void {
    if (when === 'never') return
    void (when === 'late' ? rest.next() : Promise.resolve())
      .then(() =>
        turn('registry', async () => {
          if (!entry.withdrawn) await post(registry.recant(entry, clock.now))
        }),
      )
      .catch((error: unknown) => faults.push(`registry: ${String(error)}`))
  }

  async function post(answer: RegistryAnswer): Promise<void> {
    await store.acknowledgements.receive({
      ...{ organizationId, answer, raw: Buffer.from(JSON.stringify(answer)) },
      ...{ mediaType: 'application/json', via: 'callback' },
    })
  }

  function passTime(): boolean {
    const at = Math.min(...[...runs.values()].map((run) => run.nextDeadline()))
    if (at > startedAt + HORIZON_MS) return false
    clock.now = new Date(Math.max(at, clock.now.getTime()) + 1)
    return true
  }

  const speaking = speak().catch((error: unknown) => {
    faults.push(`intake: ${String(error)}`)
  })
  for (let step = 0; ; step += 1) {
    if (step > 5_000) return [...faults, 'it never comes to rest']
    while (busy > 0) await breathe()
    await breathe()
    for (const run of runs.values()) run.look()
    await breathe()
    registryActs()
    if (scheduler.count() > 0) {
      for (let side = next('bursts'); side > 0 && scheduler.count() > 0; side -= 1)
        await scheduler.waitNext(1)
      clock.now = new Date(clock.now.getTime() + 1)
      continue
    }
    if (undelivered.any) {
      undelivered.any = false
      clock.now = new Date(clock.now.getTime() + 1)
      wantDispatch()
      continue
    }
    if (passTime()) continue
    if (await peopleAct()) continue
    if (rest.come()) continue
    break
  }
  await speaking
  for (const run of runs.values()) if (run.failure) faults.push(`defect: ${String(run.failure)}`)
  faults.push(...registry.faults)
  const wanted = lastWord(said.words)
  const held = registry.inForce().map(({ value, patient }) => `${value} of ${patient}`)
  const expected = wanted ? [`${wanted.value} of ${wanted.patient.snils}`] : []
  if (held.join() !== expected.join())
    faults.push(`held: ${held.join()}; last word: ${expected.join()}`)
  for (const index of said.words.keys())
    if (![...indexOf.values()].includes(index) && !isSaidTwice(said, index))
      faults.push(`word ${index} is lost`)
  if (faults.length > 0) faults.push(...(await views()).map(describe))
  return faults
}

const describe = ({
  id,
  phase,
  standing,
  reason,
  version,
  replaces,
  lastVerdict,
}: SubmissionView) =>
  `${id.slice(0, 4)} v${version} ${phase} ${standing} ${reason} ${lastVerdict} replaces ${replaces?.slice(0, 4)}`

/** Its content is that of another word, which holds it. */
function isSaidTwice({ style, words }: Spoken, index: number): boolean {
  const digestOf = (word: (typeof words)[number]) => toMessage(style, 'x', word).contentDigest
  const own = words[index]
  return (
    own !== undefined &&
    words.some((other) => other.index !== index && digestOf(other) === digestOf(own))
  )
}
