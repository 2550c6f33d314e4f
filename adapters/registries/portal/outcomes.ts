import { z } from 'zod'
import type { Issue } from '../../../domain/shared/issue.ts'
import { Verdict } from '../../../domain/submission/verdict.ts'
import type { FindOutcome, SubmitOutcome, WithdrawOutcome } from '../port.ts'
import { parseJson, parsePortalAnswer } from './answers.ts'
import { type Answered, protocolError, readErrors, toFailure, toUnreadable } from './failures.ts'
import { toCode, toIssue } from './reasons.ts'

const receiptSchema = z.object({
  receiptId: z.string().min(1).max(200),
  receivedAt: z.string().max(64),
  documentDigest: z.string().max(128),
})
const stateSchema = z.object({
  documentId: z.string(),
  receiptId: z.string().min(1).max(200),
  status: z.string().max(64),
  documentDigest: z.string().max(128).nullish(),
})
const withdrawalSchema = z.object({
  documentId: z.string(),
  withdrawnAt: z.iso.datetime({ offset: true }).optional().catch(undefined),
})

export function toSubmitOutcome(
  result: Answered,
  sent: { readonly request: Buffer; readonly digest: string },
): SubmitOutcome {
  const receipt = result.body.kind === 'complete' ? result.body.bytes : Buffer.alloc(0)
  if (result.status === 422 || result.status === 413) {
    return { kind: 'refused', issues: toIssues(result), receipt, request: sent.request }
  }
  if (result.status !== 200 && result.status !== 202) throw toFailure(result, 'submit')
  const parsed = receiptSchema.safeParse(parseJson(receipt))
  if (!parsed.success) throw toUnreadable(result, 'submit')
  if (parsed.data.documentDigest.toLowerCase() !== sent.digest.toLowerCase()) {
    throw protocolError({ status: result.status, reason: 'receipt-of-other-document' })
  }
  return { kind: 'taken', receiptId: parsed.data.receiptId, receipt, request: sent.request }
}

export function toFindOutcome(result: Answered, documentId: string): FindOutcome {
  if (result.status === 404) return { kind: 'not-found' }
  if (result.status !== 200) throw toFailure(result, 'other')
  if (result.body.kind !== 'complete') throw toUnreadable(result, 'other')
  const raw = result.body.bytes
  const state = stateSchema.safeParse(parseJson(raw))
  if (!state.success) throw toUnreadable(result, 'other')
  if (state.data.documentId !== documentId) {
    throw protocolError({ status: result.status, reason: 'state-of-other-document' })
  }
  const digest = state.data.documentDigest?.toLowerCase()
  if (state.data.status === Verdict.processing) {
    return { kind: 'taken', receiptId: state.data.receiptId, digest }
  }
  const answer = parsePortalAnswer(raw)
  if (!answer.ok) throw toUnreadable(result, 'other')
  return { kind: 'answered', answer: answer.value, raw, digest }
}

export function toWithdrawOutcome(result: Answered, documentId: string): WithdrawOutcome {
  const raw = result.body.kind === 'complete' ? result.body.bytes : Buffer.alloc(0)
  if (result.status === 404) return { kind: 'refused', code: 'document-unknown', raw }
  if (result.status === 409 || result.status === 422) {
    return { kind: 'refused', code: toCode(readErrors(result)[0]?.code), raw }
  }
  if (result.status !== 200) throw toFailure(result, 'other')
  const parsed = withdrawalSchema.safeParse(parseJson(raw))
  if (!parsed.success || parsed.data.documentId !== documentId) throw toUnreadable(result, 'other')
  const { withdrawnAt } = parsed.data
  return { kind: 'withdrawn', raw, at: withdrawnAt ? new Date(withdrawnAt) : undefined }
}

function toIssues(result: Answered): Issue[] {
  if (result.status === 413) {
    const detail = 'Пакет больше, чем принимает портал. Уменьшите вложенные файлы.'
    return [{ code: 'package-too-large', pointer: '', detail, severity: 'error' }]
  }
  const reasons = readErrors(result)
  // A refusal without a readable reason is still a refusal: a person sees the answer as received.
  return reasons.length > 0 ? reasons.map(toIssue) : [toIssue({})]
}
