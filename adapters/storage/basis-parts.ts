import { randomUUID } from 'node:crypto'
import { Prisma } from '../../prisma/generated/client.ts'
import type { StepRecord } from './port.ts'
import { insertFrom } from './rows.ts'

/** Of a step: what the analyses of its submission rest on, and what only a person can tell about that. */
export function basisParts(record: StepRecord, at: Date): Prisma.Sql[] {
  const { restsOn, asks, settles } = record
  const parts: Prisma.Sql[] = []
  if (restsOn) {
    const analyses = restsOn.map(({ analysis }) => analysis)
    parts.push(Prisma.sql`DELETE FROM submission_consent USING entry
      WHERE submission_id = entry.id AND analysis <> ALL(${analyses})`)
    for (const one of restsOn)
      parts.push(Prisma.sql`${insertFrom('submission_consent', { ...one, submissionId: ENTRY_ID })}
        ON CONFLICT (submission_id, analysis) DO UPDATE SET consent_id = excluded.consent_id`)
  }
  if (asks)
    parts.push(
      Prisma.sql`${insertFrom('question', {
        ...asks,
        id: randomUUID(),
        submissionId: ENTRY_ID,
        askedAt: at,
      })} ON CONFLICT (submission_id, code) WHERE decided_at IS NULL DO NOTHING`,
    )
  if (settles)
    parts.push(Prisma.sql`UPDATE question SET decided_at = ${at}, decided_by = 'system', decision = 'overtaken'
      FROM entry WHERE question.submission_id = entry.id AND code = ${settles} AND decided_at IS NULL`)
  return parts
}

const ENTRY_ID = Prisma.sql`entry.id`
