import { Phase } from '../../domain/submission/phase.ts'
import { toStatus } from '../../domain/submission/status.ts'
import { mustBeWithdrawn, type Supersession } from '../../domain/submission/supersession.ts'
import { lookForLeftovers } from './leftovers.ts'
import { addToOutbox } from './outbox-rows.ts'
import type { OutboxMessage } from './port.ts'
import type { KnownResult } from './result-rows.ts'
import { updateSubmission } from './rows.ts'
import type { Statements } from './statements.ts'
import { appendEvent } from './timeline.ts'

const TEXT: Readonly<Record<Supersession, string>> = {
  superseded: 'Лаборатория прислала более новый результат: этот больше не действует',
  'other-patient': 'Лаборатория отнесла результат к другому пациенту: переданное отзывается',
  'cancelled-by-laboratory': 'Лаборатория отозвала результат: переданное отзывается',
}
/** No run carries these: their end is written here. */
const WITHOUT_RUN: readonly Phase[] = [Phase.awaitingFinal, Phase.awaitingDecision]
const ENDED: readonly Phase[] = [Phase.cancelled, Phase.destroyed]

interface Place {
  readonly id: string
  readonly phase: Phase
  readonly version: number
  readonly documentId: string
}

/**
 * What stood in the place of the laboratory's last word no longer counts: it is told so in the commit of the word that
 * takes the place. What must be withdrawn concerns every submission of the set that may have left something. The caller
 * holds the result.
 */
export async function supersede(
  tx: Statements,
  { resultId, head }: KnownResult,
  reason: Supersession,
  at: Date,
): Promise<string[]> {
  const all = mustBeWithdrawn(reason)
  const places = await tx.$queryRaw<Place[]>`
    SELECT id, phase, version, document_id AS "documentId" FROM submission
    WHERE result_id = ${resultId}::uuid AND standing IN ('current', 'questioned', 'superseded')
      AND (${all} OR id = ${head.submissionId}::uuid)
    ORDER BY id FOR NO KEY UPDATE`
  for (const place of places) await displace(tx, place, reason, at)
  return places.map(({ id }) => id)
}

async function displace(
  tx: Statements,
  { id, phase, version, documentId }: Place,
  reason: Supersession,
  at: Date,
): Promise<void> {
  const ends = WITHOUT_RUN.includes(phase)
  await updateSubmission(tx, id, {
    standing: reason,
    ...(ends && endOf(reason)),
  })
  await appendEvent(
    tx,
    { submissionId: id, version, actor: 'system', at },
    { type: 'submission.superseded', text: TEXT[reason], details: { reason } },
  )
  const keeps = phase === Phase.retained && !mustBeWithdrawn(reason)
  const message: OutboxMessage = { kind: 'superseded', submissionId: id, reason }
  if (!ends && !ENDED.includes(phase) && !keeps) await addToOutbox(tx, [message], at)
  // Its run takes back the current document; earlier ones that the registry holds have nobody else.
  if (mustBeWithdrawn(reason)) await lookForLeftovers(tx, documentId, at)
}

/** The end of a submission that no run carries. */
export function endOf(reason: string) {
  const phase = Phase.cancelled
  return { phase, status: toStatus(phase, undefined), reason, waitingUntil: null }
}
