import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import type { Step } from '../../../domain/submission/step.ts'
import { createTestStore, holding, LABORATORY, type TestStore } from '../../support/store.ts'
import { bringTo, draft, POLICY, stepKey } from './drafts.ts'

const HOUR = 3_600_000
const PLACES = { places: 100, heldUrgent: 0, heldRoutine: 0 }
let fixture: TestStore
let sql: pg.Client
beforeEach(async () => {
  fixture = await createTestStore()
  sql = new pg.Client({ connectionString: fixture.url })
  await sql.connect()
})
afterEach(async () => {
  await sql.end()
  await fixture.close()
})

const later = (ms: number) => {
  fixture.clock.now = new Date(fixture.clock.now.getTime() + ms)
}
const now = () => fixture.clock.now
const again = (limit = 100, after: string | null = null) =>
  fixture.store.reconciliation.unfinished(now(), after, limit)
const restart = (id: string) => fixture.store.reconciliation.restart(id, now())
const view = async (id: string) => {
  const found = await fixture.store.submissions.find(LABORATORY.id, id)
  if (!found) throw new Error('no such submission')
  return found
}
async function deliverAll() {
  const { outbox, starts } = fixture.store
  const claimed = [...(await starts.claim(PLACES, 1)).entries, ...(await outbox.claim(100, 1))]
  for (const { id } of claimed) await outbox.done(id)
  const behind = await outbox.claim(100, 1)
  for (const { id } of behind) await outbox.done(id)
  return [...claimed, ...behind].map(({ message }) => message)
}
/** Accepted an hour ago and told to Temporal. */
async function accepted(resultId: string, patch?: Parameters<typeof bringTo>[2]) {
  const { submission } = await fixture.store.submissions.accept(draft({ resultId }))
  await deliverAll()
  if (patch) await bringTo(fixture.store, submission, patch)
  later(HOUR)
  return submission
}
const did = (
  submission: SubmissionView,
  step: Step,
  outcome: { kind: string },
  phase?: 'sending',
) =>
  fixture.store.journal.commit({
    key: stepKey(submission.id, step),
    outcome: { personalSignatures: 0, ...outcome },
    events: [],
    ...(phase ? { patch: { phase } } : {}),
  })

describe('what is unfinished', () => {
  test('is on its way, told to Temporal and quiet for long enough', async () => {
    const waiting = await accepted('R-1', { phase: 'awaiting-acknowledgement' })
    await accepted('R-2', { phase: 'cancelled' })
    await accepted('R-3', { phase: 'destroyed' })
    const sealing = await accepted('R-4', {
      phase: 'notifying',
      retainUntil: new Date('2031-01-01'),
    })
    const preliminary = draft({ resultId: 'R-5', status: 'preliminary' })
    await fixture.store.submissions.accept(preliminary)
    await fixture.store.submissions.accept(draft({ resultId: 'R-6' }))
    later(HOUR)
    expect(await again()).toEqual([waiting.id, sealing.id].toSorted())
    await bringTo(fixture.store, waiting, { phase: 'sending' })
    expect(await again()).toEqual([sealing.id])
  })

  test('is a kept record only when its time is over and no hold forbids its end', async () => {
    const kept = await accepted('R-1', {
      phase: 'retained',
      retainUntil: new Date(now().getTime() + 3 * HOUR),
    })
    expect(await again()).toEqual([])
    later(3 * HOUR)
    expect(await again()).toEqual([kept.id])
    await fixture.store.retention.placeHold(holding(kept.id))
    later(HOUR)
    expect(await again()).toEqual([])
    expect(await restart(kept.id)).toBe('unchanged')
  })

  test('comes in pages without gaps or repeats', async () => {
    const ids = []
    for (const name of ['A', 'B', 'C', 'D', 'E']) ids.push((await accepted(name)).id)
    const first = await again(3)
    const second = await again(3, first.at(-1))
    expect([...first, ...second]).toEqual(ids.toSorted())
    expect(await again(3, second.at(-1))).toEqual([])
  })
})

test('what does not exist is told apart, whatever the id looks like', async () => {
  const { id } = await accepted('R-1')
  const stranger = '7d9f3c1e-0000-4000-8000-000000000000'
  const known = await fixture.store.reconciliation.exists([id, stranger, 'no-uuid'])
  expect([...known]).toEqual([id])
})

describe('a restart', () => {
  test('of a start that was lost is the same start, with the policy it was accepted under', async () => {
    const { id } = await accepted('R-1')
    await sql.query('DELETE FROM outbox WHERE submission_id = $1', [id])
    expect(await restart(id)).toBe('restarted')
    expect(await deliverAll()).toEqual([
      {
        kind: 'start-submission',
        submissionId: id,
        version: 1,
        organizationId: LABORATORY.id,
        registry: 'portal',
        analysisCode: 'CBC',
        policy: POLICY,
        priority: 3,
        firstRound: 1,
        lostBefore: now().toISOString(),
      },
    ])
    const events = await fixture.store.submissions.events(LABORATORY.id, id, 0)
    expect(events.at(-1)).toMatchObject({ type: 'submission.restarted', actor: 'system' })
  })

  test('keeps the urgency of the result', async () => {
    const { submission } = await fixture.store.submissions.accept(
      draft({ resultId: 'R-1', order: { priority: 'stat' } }),
    )
    await deliverAll()
    later(HOUR)
    expect(await restart(submission.id)).toBe('restarted')
    const { entries } = await fixture.store.starts.claim(PLACES, 1)
    expect(entries[0]?.message).toMatchObject({ priority: 1 })
  })

  test('is made once, however many look at the same time', async () => {
    const { id } = await accepted('R-1')
    const olderThan = now()
    const all = await Promise.all(
      [1, 2, 3].map(() => fixture.store.reconciliation.restart(id, olderThan)),
    )
    expect(all.toSorted()).toEqual(['restarted', 'unchanged', 'unchanged'])
    expect(await deliverAll()).toHaveLength(1)
  })

  test('lets the next run find consent, document and signature in its own first round', async () => {
    const submission = await accepted('R-1')
    await did(submission, 'check-consent', { kind: 'active' })
    await did(submission, 'assemble', { kind: 'assembled' })
    await did(submission, 'sign', { kind: 'signed' }, 'sending')
    later(HOUR)
    expect(await restart(submission.id)).toBe('restarted')
    expect(await deliverAll()).toMatchObject([{ kind: 'start-submission', firstRound: 2 }])
    const find = (step: Step) => fixture.store.journal.find(stepKey(submission.id, step, 2))
    expect(await find('check-consent')).toMatchObject({ kind: 'active' })
    expect(await find('assemble')).toMatchObject({ kind: 'assembled', templateConfirmed: true })
    expect(await find('sign')).toMatchObject({ kind: 'signed', personalSignatures: 0 })
    expect(await find('send')).toBeUndefined()
    expect(await view(submission.id)).toMatchObject({ phase: 'sending', status: 'ready' })
  })

  test('does not let an old "issues" be found, and leaves the correction to a person', async () => {
    const submission = await accepted('R-1')
    await did(submission, 'assemble', { kind: 'issues' })
    const waits = { phase: 'needs-correction', reason: 'document-rejected' } as const
    await bringTo(fixture.store, submission, waits)
    later(HOUR)
    expect(await restart(submission.id)).toBe('restarted')
    const [message] = await deliverAll()
    expect(message).toMatchObject({ kind: 'start-submission', heldFor: 'document-rejected' })
    const { firstRound = 0 } = message as { firstRound?: number }
    const found = await fixture.store.journal.find(stepKey(submission.id, 'assemble', firstRound))
    expect(found).toBeUndefined()
    expect(await view(submission.id)).toMatchObject(waits)
  })

  test('brings the answers that nobody has read', async () => {
    const submission = await accepted('R-1', { phase: 'awaiting-acknowledgement' })
    const answer = await fixture.store.acknowledgements.receive({
      organizationId: LABORATORY.id,
      answer: {
        messageId: 'm-1',
        documentId: submission.documentId,
        verdict: 'accepted',
        registryId: 'R-77',
        issues: [],
        answeredAt: now(),
      },
      raw: Buffer.from('{}'),
      mediaType: 'application/json',
      via: 'callback',
    })
    await deliverAll()
    later(HOUR)
    await restart(submission.id)
    expect(await deliverAll()).toMatchObject([
      { kind: 'start-submission' },
      {
        kind: 'registry-answered',
        acknowledgementId: (answer as { acknowledgementId: string }).acknowledgementId,
      },
    ])
  })

  test.each(['notifying', 'retained'] as const)(
    'of a registered record that is %s keeps it on, until the same day',
    async (phase) => {
      const retainUntil = new Date('2026-02-01T00:00:00.000Z')
      const { id } = await accepted('R-1', { phase, retainUntil, lastVerdict: 'accepted' })
      expect(await restart(id)).toBe('restarted')
      expect(await deliverAll()).toMatchObject([
        { kind: 'start-retention', submissionId: id, retainUntil: retainUntil.toISOString() },
      ])
      expect(await view(id)).toMatchObject({ phase, status: 'accepted', retainUntil })
    },
  )

  test('is refused for a day after three of them, and a person sees it', async () => {
    const { id } = await accepted('R-1')
    for (let restarts = 0; restarts < 3; restarts += 1) {
      expect(await restart(id)).toBe('restarted')
      await deliverAll()
      later(HOUR)
    }
    expect(await restart(id)).toBe('held')
    later(HOUR)
    expect(await restart(id)).toBe('held')
    expect(await view(id)).toMatchObject({
      phase: 'needs-attention',
      status: 'stopped',
      reason: 'workflow-lost',
    })
    const events = await fixture.store.submissions.events(LABORATORY.id, id, 0)
    const types = events.map(({ type }) => type)
    expect(types.filter((type) => type === 'submission.needs-attention')).toHaveLength(1)
    expect(await deliverAll()).toEqual([])
    later(24 * HOUR)
    expect(await restart(id)).toBe('restarted')
    expect(await view(id)).toMatchObject({ phase: 'checking-consent', reason: null })
  })
})

test('looks at the few that are on their way, not at the years of kept ones', async () => {
  await sql.query('SET enable_seqscan = off')
  const { rows } = await sql.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT s.id FROM submission AS s
     WHERE s.phase NOT IN ('awaiting-final', 'awaiting-decision', 'retained', 'cancelled', 'destroyed') AND s.id > '00000000-0000-0000-0000-000000000000'
     ORDER BY s.id LIMIT 10`,
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('submission_unfinished_id_idx')
})
