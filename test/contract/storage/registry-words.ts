import { randomUUID } from 'node:crypto'
import { createDatabase } from '../../../adapters/storage/database.ts'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import type { DisputeDetails } from '../../../adapters/storage/registry-disputes.ts'
import {
  decideRegistryContradicts,
  decideRegistryNumberTaken,
  type RegistryDecision,
} from '../../../adapters/storage/registry-questions.ts'
import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'
import { createTestStore, LABORATORY } from '../../support/store.ts'
import { bringTo, draft, report, stepKey } from './drafts.ts'

export type Said = Partial<Omit<RegistryAnswer, 'documentId'>> & Pick<RegistryAnswer, 'verdict'>
export const ANSWERED = new Date('2026-03-01T08:59:00Z')

/** A laboratory whose registry says whatever a test lets it say. */
export async function createRegistryWorld() {
  const fixture = await createTestStore()
  const { store, clock } = fixture
  const database = createDatabase({ connectionString: fixture.url, poolSize: 2 })
  let results = 0
  let rounds = 0
  let messages = 0
  const view = async (id: string): Promise<SubmissionView> => {
    const found = await store.submissions.find(LABORATORY.id, id)
    if (!found) throw new Error('no such submission')
    return found
  }
  return {
    store,
    clock,
    view,
    async accept() {
      results += 1
      const { submission } = await store.submissions.accept(draft({ resultId: `word-${results}` }))
      return submission
    },
    /** By callback, under a message id of its own unless told otherwise. */
    async say(documentId: string, said: Said) {
      messages += 1
      return store.acknowledgements.receive({
        organizationId: LABORATORY.id,
        answer: {
          messageId: `m-${messages}`,
          registryId: said.verdict === 'accepted' ? `N-${documentId}` : undefined,
          issues: [],
          answeredAt: ANSWERED,
          ...said,
          documentId,
        },
        raw: Buffer.from('{}'),
        mediaType: 'application/json',
        via: 'callback',
      })
    },
    async withdraw(id: string, { version = 1, at = clock.now, arrived = true } = {}) {
      rounds += 1
      await store.journal.commit({
        key: stepKey(id, 'withdraw', rounds, version),
        outcome: { kind: 'withdrawn' },
        withdrawal: { at, arrived },
        events: [
          {
            type: arrived ? 'registry.withdrawn' : 'registry.nothing-to-withdraw',
            text: 'Реестр отозвал документ',
            details: { withdrawnAt: at.toISOString() },
          },
        ],
      })
    },
    /** As the route of decisions does it. */
    async decide(id: string, code: string, decision: RegistryDecision) {
      await database.transact(async (tx) => {
        await tx.$queryRaw`SELECT 1 FROM submission WHERE id = ${id}::uuid FOR NO KEY UPDATE`
        const rows = await tx.$queryRaw<{ details: DisputeDetails }[]>`
          UPDATE question SET decided_at = now(), decided_by = 'user-1', decision = ${decision}
          WHERE submission_id = ${id}::uuid AND code = ${code} AND decided_at IS NULL RETURNING details`
        const [question] = rows
        if (!question) throw new Error('nothing was asked')
        const effect =
          code === 'registry-contradicts' ? decideRegistryContradicts : decideRegistryNumberTaken
        await effect(tx, { submissionId: id, details: question.details }, decision, clock.now)
      })
    },
    bringTo: (submission: SubmissionView, patch: Parameters<typeof bringTo>[2]) =>
      bringTo(store, submission, patch),
    /** By a person; the submission has to wait for it. */
    async correct(id: string) {
      rounds += 1
      await store.submissions.addCorrection({
        organizationId: LABORATORY.id,
        submissionId: id,
        report: report({ value: String(rounds) }),
        contentDigest: randomUUID(),
        changedFields: [],
        actor: 'user-1',
        reason: 'опечатка',
      })
      return view(id)
    },
    load: (id: string, version: number) => store.cases.load(id, version),
    events: async (id: string) =>
      (await store.submissions.events(LABORATORY.id, id, 0)).map(({ type }) => type),
    async messages(id: string) {
      const entries = []
      for (;;) {
        const claimed = await store.outbox.claimFor(id, 60_000)
        if (claimed.length === 0) return entries
        for (const { id: entry, message } of claimed) {
          entries.push(message)
          await store.outbox.done(entry)
        }
      }
    },
    async close() {
      await database.close()
      await fixture.close()
    },
  }
}
export type RegistryWorld = Awaited<ReturnType<typeof createRegistryWorld>>
