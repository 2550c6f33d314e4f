import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Issue } from '../../../domain/shared/issue.ts'
import { err, ok, type Result } from '../../../domain/shared/result.ts'
import type { RegistryAnswer } from '../../../domain/submission/registry-answer.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'
import { reasonSchema, toIssue } from './reasons.ts'

// The one file of this folder that the API imports: it can read what the portal posts, and nothing more.

const VERDICTS = {
  accepted: Verdict.accepted,
  rejected: Verdict.rejected,
  correction_required: Verdict.correctionRequired,
  clarification_required: Verdict.clarificationRequired,
  processing: Verdict.processing,
} as const

const id = z.string({ error: 'ожидается строка' }).min(1).max(200)
const answerSchema = z
  .object({
    messageId: id,
    documentId: id,
    status: z.enum(
      ['accepted', 'rejected', 'correction_required', 'clarification_required', 'processing'],
      {
        error: 'неизвестное состояние',
      },
    ),
    registryId: id.nullish(),
    reasons: z.array(reasonSchema).max(1000).nullish(),
    answeredAt: z.iso.datetime({ offset: true, error: 'ожидаются дата и время со смещением' }),
  })
  .refine((answer) => answer.status !== 'accepted' || answer.registryId, {
    path: ['registryId'],
    error: 'принятый документ должен иметь номер реестра',
  })

/**
 * Reads a callback of the portal, or the same fields of its state page. The order of trust: check the signature
 * first. Issues name fields only; no value of the body is quoted.
 */
export function parsePortalAnswer(body: Buffer): Result<RegistryAnswer, Issue[]> {
  const json = parseJson(body)
  if (json === undefined) return err([issue('', 'Тело сообщения не является JSON.')])
  const parsed = answerSchema.safeParse(json)
  if (!parsed.success) {
    return err(
      parsed.error.issues.map(({ path, message }) =>
        issue(path.map((part) => `/${String(part)}`).join(''), `Ответ портала: ${message}.`),
      ),
    )
  }
  const answer = parsed.data
  return ok({
    messageId: answer.messageId,
    documentId: answer.documentId,
    verdict: VERDICTS[answer.status],
    registryId: answer.registryId ?? undefined,
    issues: (answer.reasons ?? []).map(toIssue),
    answeredAt: new Date(answer.answeredAt),
  })
}

function issue(pointer: string, detail: string): Issue {
  return { code: 'portal-answer-malformed', pointer, detail, severity: 'error' }
}

/** undefined for what is not JSON; the parser's message is dropped because it quotes the text. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const TOLERANCE_MS = 5 * 60_000

/**
 * True when one signature of the header fits the body and the timestamp is within five minutes of `now`.
 * Header values are passed as received; the comparison takes the same time wherever a difference is.
 */
export function verifyPortalSignature(input: {
  readonly body: Buffer
  /** `X-Portal-Timestamp` */
  readonly timestamp: string | undefined
  /** `X-Portal-Signature` */
  readonly signature: string | undefined
  readonly secret: string
  readonly now: Date
}): boolean {
  const { timestamp, signature } = input
  if (timestamp === undefined || signature === undefined || input.secret === '') return false
  if (!/^\d{1,12}$/.test(timestamp) || signature.length > 1000) return false
  if (Math.abs(Number(timestamp) * 1000 - input.now.getTime()) > TOLERANCE_MS) return false
  const expected = createHmac('sha256', input.secret)
    .update(`${timestamp}.`)
    .update(input.body)
    .digest()
  return signature.split(',').some((part) => {
    const hex = /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1]
    return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected)
  })
}
