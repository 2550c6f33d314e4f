import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Phase } from '../../../domain/submission/phase.ts'
import { toStatus } from '../../../domain/submission/status.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'
import {
  type ModelDocument,
  means,
  RegistryModel,
  type Saying,
  stateOf,
  wordOf,
} from './registry-model.ts'
import { ANSWERED, createRegistryWorld, type RegistryWorld } from './registry-words.ts'

// biome-ignore lint/style/noProcessEnv: any number of runs and any seed by a command
const { REGISTRY_MODEL_RUNS: runs = '150', REGISTRY_MODEL_SEED: given } = process.env
const seed = given === undefined ? (Math.random() * 2 ** 31) | 0 : Number(given)
const options = { seed, numRuns: Number(runs) }

let world: RegistryWorld
beforeAll(async () => {
  world = await createRegistryWorld()
  process.stdout.write(`registry model: REGISTRY_MODEL_SEED=${seed} REGISTRY_MODEL_RUNS=${runs}\n`)
})
afterAll(() => world.close())

const DOCUMENTS = 3
const pick = <T>(...values: T[]) => fc.constantFrom(...values)
const which = fc.nat({ max: DOCUMENTS - 1 })
const saying: fc.Arbitrary<Saying> = fc.record({
  verdict: pick(Verdict.accepted, Verdict.accepted, ...Object.values(Verdict)),
  number: pick('n1', 'n2', 'n3'),
  message: pick('m1', 'm2', 'm3', 'm4', 'm5', 'm6'),
  reason: pick('', '', 'одно', 'другое'),
  at: pick(-1, 0, 1),
})
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: pick('say' as const), which, saying }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: pick('withdraw' as const), which, arrived: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: pick('decide' as const),
      nth: fc.nat(9),
      decision: pick('accepted' as const, 'refused' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: pick('move' as const),
      which,
      phase: pick(...Object.values(Phase)),
      lastVerdict: pick(null, ...Object.values(Verdict)),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** Two submissions: one with two versions, one with a version alone. */
async function begin() {
  const model = new RegistryModel()
  const first = await world.accept()
  await world.bringTo(first, { phase: 'needs-correction' })
  const second = await world.correct(first.id)
  const other = await world.accept()
  const documents = [
    model.add(first.documentId, first.id, 1),
    model.add(second.documentId, first.id, 2),
    model.add(other.documentId, other.id, 1),
  ]
  return { model, documents, prefix: first.id.slice(0, 8) }
}
type Begun = Awaited<ReturnType<typeof begin>>

async function say(document: ModelDocument, prefix: string, said: Saying) {
  await world.say(document.name, {
    verdict: said.verdict,
    registryId: said.verdict === 'accepted' ? `${prefix}-${said.number}` : undefined,
    messageId: said.message,
    issues: said.reason ? [{ code: 'E', pointer: '', detail: said.reason, severity: 'error' }] : [],
    answeredAt: new Date(ANSWERED.getTime() + said.at),
  })
}

async function perform({ model, documents, prefix }: Begun, step: Act): Promise<void> {
  if (step.kind === 'decide') {
    const keys = [...model.questions.keys()]
    const key = keys[step.nth % keys.length]
    if (key === undefined) return
    const [owner = '', code = ''] = key.split(' ')
    await world.decide(owner, code, step.decision)
    model.decide(key, step.decision)
    return
  }
  const document = documents[step.which]
  if (!document) return
  if (step.kind === 'say') {
    await say(document, prefix, step.saying)
    model.say(document, step.saying)
  } else if (step.kind === 'withdraw') {
    const { owner, version } = document
    await world.withdraw(owner, { version, at: ANSWERED, arrived: step.arrived })
    model.withdraw(document, 0, step.arrived)
  } else {
    const { phase, lastVerdict } = step
    await world.bringTo(await world.view(document.owner), { phase, lastVerdict })
  }
}

/** Everything people see must follow from the model. */
async function compare({ model, documents, prefix }: Begun): Promise<void> {
  for (const owner of new Set(documents.map((document) => document.owner))) {
    const own = documents.filter((document) => document.owner === owner)
    const view = await world.view(owner)
    expect(view.versions.map(({ registry }) => registry)).toMatchObject(
      own.map((document) => ({
        ...stateOf(document),
        registryId: document.number ? `${prefix}-${document.number}` : null,
      })),
    )
    expect(view.answers).toHaveLength(own.flatMap(({ said }) => said).length)
    const registered = own.findLast((document) => document.registered)
    expect(view.registered?.documentId).toBe(registered?.name)
    const asked = [...model.questions].filter(([, about]) => about.owner === owner)
    expect(
      view.questions.map(({ code, details }) => `${code} ${details.documentId}`).toSorted(),
    ).toEqual(asked.map(([key, about]) => `${key.split(' ')[1]} ${about.name}`).toSorted())
    const current = own.at(-1)
    if (!current) throw new Error('no document')
    expect(view.status).toBe(toStatus(view.phase, view.lastVerdict ?? undefined, wordOf(current)))
  }
}

test('books, questions and status follow whatever the registry, people and runs do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (steps) => {
      const begun = await begin()
      for (const step of steps) {
        await perform(begun, step)
        await compare(begun)
      }
    }),
    options,
  )
}, 600_000)

test('answers that come at once are one after the other: the books follow the order they were stored in', async () => {
  const own = saying.map((said) => ({ ...said, number: said.number === 'n1' ? 'n1' : 'n2' }))
  await fc.assert(
    fc.asyncProperty(fc.array(own, { minLength: 2, maxLength: 8 }), async (sayings) => {
      const { id, documentId } = await world.accept()
      const prefix = id.slice(0, 8)
      const model = new RegistryModel()
      const document = model.add(documentId, id, 1)
      await Promise.all(sayings.map((said) => say(document, prefix, said)))
      for (const { messageId, verdict, registryId, issues } of await stored(id))
        model.say(document, {
          verdict,
          number: registryId?.slice(prefix.length + 1) ?? '',
          message: messageId,
          reason: issues[0]?.detail ?? '',
          at: 0,
        })
      const distinct = new Set(sayings.map((said) => `${said.message} ${means(said)}`))
      expect(document.said).toHaveLength(distinct.size)
      await compare({ model, documents: [document], prefix })
    }),
    options,
  )
}, 600_000)

async function stored(id: string) {
  const events = await world.store.submissions.events('lab-test', id, 0)
  const order = events
    .filter(({ type }) => type === 'registry.answer-received')
    .map(({ details }) => String(details.messageId))
  const { answers } = await world.view(id)
  expect(order).toHaveLength(answers.length)
  return answers.map((answer, index) => ({ ...answer, messageId: order[index] ?? '' }))
}
