import { type Standing, supersessionOf } from '../../domain/intake/standing.ts'
import { inherit, type PastStep } from '../../domain/submission/inheritance.ts'
import { Phase } from '../../domain/submission/phase.ts'
import type { Policy } from '../../domain/submission/policy.ts'
import type { Priority } from '../../domain/submission/priority.ts'
import { reasonText } from '../../domain/submission/reason.ts'
import { toStatus } from '../../domain/submission/status.ts'
import type { Verdict } from '../../domain/submission/verdict.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import { backOnItsWay } from './acceptance-writes.ts'
import { isUuid } from './columns.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { StoreParts } from './parts.ts'
import type { OutboxMessage, Reconciliation } from './port.ts'
import { updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

/** A run that ends again and again is a defect: a person has to look, and the log must not fill with restarts. */
const MOST_RESTARTS = 3
const RESTARTS_WITHIN_MS = 24 * 3_600_000
const LOST = 'workflow-lost'
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
/** Registered: what is left is to keep and to destroy. */
const REGISTERED: readonly Phase[] = [Phase.notifying, Phase.retained]

/** As the partial indexes say it, word for word, or PostgreSQL reads the kept ones of five years each time. */
const ON_THEIR_WAY = Prisma.sql`s.phase NOT IN ('awaiting-final', 'awaiting-decision', 'retained', 'cancelled', 'destroyed')`
const DUE = Prisma.sql`s.phase = 'retained' AND s.hold_reason IS NULL AND s.retain_until <`

export function createReconciliation({ database, now }: StoreParts): Reconciliation {
  return {
    async unfinished(olderThan, after, limit) {
      const quiet = Prisma.sql`s.updated_at < ${olderThan} AND s.id > ${after ?? FIRST_ID}::uuid AND ${toldAll}`
      const rows = await database.read(
        (db) => db.$queryRaw<{ id: string }[]>`
          (SELECT s.id FROM submission AS s WHERE ${ON_THEIR_WAY} AND ${quiet} ORDER BY s.id LIMIT ${limit})
          UNION ALL
          (SELECT s.id FROM submission AS s WHERE ${DUE} ${olderThan} AND ${quiet} ORDER BY s.id LIMIT ${limit})
          ORDER BY id LIMIT ${limit}`,
      )
      return rows.map(({ id }) => id)
    },
    async exists(ids) {
      const known = [...ids].filter(isUuid)
      if (known.length === 0) return new Set()
      const rows = await database.read(
        (db) => db.$queryRaw<{ id: string }[]>`
          SELECT id FROM submission WHERE id = ANY(${known}::uuid[])`,
      )
      return new Set(rows.map(({ id }) => id))
    },
    async restart(submissionId, olderThan, only) {
      if (!isUuid(submissionId)) return 'unchanged'
      const at = now()
      return database.transact(async (tx) => {
        const lost = await lock(tx, submissionId, olderThan)
        if (!lost) return 'unchanged'
        if (only === 'unregistered' && REGISTERED.includes(lost.phase)) return 'unchanged'
        if (await restartedOften(tx, submissionId, at)) {
          await hold(tx, lost, at)
          return 'held'
        }
        await (REGISTERED.includes(lost.phase) ? keepOn(tx, lost, at) : carryOn(tx, lost, at))
        return 'restarted'
      })
    },
  }
}

const toldAll = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM outbox WHERE outbox.submission_id = s.id AND outbox.delivered_at IS NULL)`

interface LostSubmission {
  readonly id: string
  readonly organizationId: string
  readonly registry: string
  readonly analysisCode: string
  readonly priority: Priority
  readonly phase: Phase
  readonly lastVerdict: Verdict | null
  readonly reason: string | null
  readonly version: number
  readonly retainUntil: Date | null
  readonly policy: Policy
  readonly standing: Standing
}

/** Undefined: it is no longer what `unfinished` found. */
async function lock(
  tx: Statements,
  id: string,
  olderThan: Date,
): Promise<LostSubmission | undefined> {
  const rows = await tx.$queryRaw<LostSubmission[]>`
    SELECT s.id, s.organization_id AS "organizationId", o.registry, s.analysis_code AS "analysisCode", s.priority, s.phase,
      s.last_verdict AS "lastVerdict", s.reason, s.version, s.retain_until AS "retainUntil", s.policy, s.standing
    FROM submission AS s JOIN organization AS o ON o.id = s.organization_id
    WHERE s.id = ${id}::uuid AND s.updated_at < ${olderThan} AND ${toldAll}
      AND (${ON_THEIR_WAY} OR ${DUE} ${olderThan})
    FOR NO KEY UPDATE OF s`
  return rows[0]
}

async function restartedOften(tx: Statements, submissionId: string, at: Date): Promise<boolean> {
  const since = new Date(at.getTime() - RESTARTS_WITHIN_MS)
  const rows = await tx.$queryRaw<{ restarts: number }[]>`
    SELECT count(*)::int AS restarts FROM event
    WHERE submission_id = ${submissionId}::uuid AND type = ${RESTARTED.type} AND at > ${since}`
  return (rows[0]?.restarts ?? 0) >= MOST_RESTARTS
}

/** A registered result stays shown as accepted, whatever became of its run. */
async function hold(tx: Statements, lost: LostSubmission, at: Date): Promise<void> {
  const { id, reason, phase, lastVerdict } = lost
  if (REGISTERED.includes(phase) || reason === LOST) return
  const held = Phase.needsAttention
  const status = toStatus(held, lastVerdict ?? undefined)
  await updateSubmission(tx, id, { phase: held, status, reason: LOST, updatedAt: at })
  await appendEvent(
    tx,
    { submissionId: id, actor: 'system', at },
    {
      type: 'submission.needs-attention',
      text: `Нужно решение сотрудника: ${reasonText(LOST)}`,
      details: { reason: LOST },
    },
  )
}

const RESTARTED = {
  type: 'submission.restarted',
  text: 'Обработка возобновлена после обрыва',
} as const

/** The record is made and registered: nothing of it is done again but its keeping. */
async function keepOn(tx: Statements, lost: LostSubmission, at: Date): Promise<void> {
  if (!lost.retainUntil) throw new Error('a registered document has no retention date')
  await addToOutbox(
    tx,
    [
      {
        kind: 'start-retention',
        ...toStart(lost, at),
        retainUntil: lost.retainUntil.toISOString(),
      },
      ...supersession(lost),
    ],
    at,
  )
  await appendEvent(tx, { submissionId: lost.id, actor: 'system', at }, RESTARTED)
}

/** The next run finds what stands of the lost one as the outcomes of its own first round. */
async function carryOn(tx: Statements, lost: LostSubmission, at: Date): Promise<void> {
  const { id, version, policy } = lost
  const past = await tx.$queryRaw<PastStep[]>`
    SELECT step, round, outcome, at FROM step WHERE submission_id = ${id}::uuid AND version = ${version}`
  const { firstRound, outcomes, phase } = inherit(past, lost.phase)
  for (const { step, outcome } of outcomes)
    await tx.$executeRaw`
      INSERT INTO step (submission_id, version, step, round, outcome, at)
      VALUES (${id}::uuid, ${version}, ${step}, ${firstRound}, ${JSON.stringify(outcome)}::jsonb, ${at})`
  // A person said what is wrong, or the registry did: the next run waits for the correction as the lost one did.
  const heldFor =
    lost.phase === Phase.needsCorrection ? (lost.reason ?? 'document-issues') : undefined
  if (heldFor === undefined) await updateSubmission(tx, id, backOnItsWay(phase))
  await addToOutbox(
    tx,
    [
      {
        kind: 'start-submission',
        ...toStart(lost, at),
        policy,
        priority: lost.priority,
        firstRound,
        ...(heldFor ? { heldFor } : {}),
      },
      ...supersession(lost),
      ...(await unread(tx, lost)),
    ],
    at,
  )
  const details = { firstRound, inherited: outcomes.map(({ step }) => step) }
  await appendEvent(tx, { submissionId: id, actor: 'system', at }, { ...RESTARTED, details })
}

function toStart(lost: LostSubmission, at: Date) {
  const { id: submissionId, version, organizationId, registry, analysisCode } = lost
  const lostBefore = at.toISOString()
  return { submissionId, version, organizationId, registry, analysisCode, lostBefore }
}

/** The lost run may have been told that it no longer counts, or not: the next one is told again. */
function supersession({ id, standing }: LostSubmission): OutboxMessage[] {
  const reason = supersessionOf(standing)
  return reason ? [{ kind: 'superseded', submissionId: id, reason }] : []
}

/** Answers that came while nobody listened. */
async function unread(tx: Statements, { id, version }: LostSubmission): Promise<OutboxMessage[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM acknowledgement
    WHERE submission_id = ${id}::uuid AND version = ${version} AND recorded_at IS NULL ORDER BY seq`
  return rows.map((row) => ({
    kind: 'registry-answered',
    submissionId: id,
    acknowledgementId: row.id,
  }))
}
