import type { WithdrawOutcome as RegistryWithdrawal } from '../adapters/registries/port.ts'
import type { WithdrawOutcome } from '../domain/submission/outcomes.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { onceFor } from './once.ts'

export interface WithdrawDocumentInput {
  readonly key: StepKey
  readonly reason: string
  readonly timeoutMs: number
}

/** Compensation of a send: asks the registry to give the document back and keeps its answer. */
export function createWithdrawDocument(deps: ActivityDeps) {
  return async function withdrawDocument({
    key,
    reason,
    timeoutMs,
  }: WithdrawDocumentInput): Promise<WithdrawOutcome> {
    return await onceFor<WithdrawOutcome>(deps.store, key, async ({ organization, documentId }) => {
      const registry = deps.registryOf(organization)
      // Nothing to give back: the document never arrived, or the send ended before the call.
      const found = await registry.find({ documentId, timeoutMs })
      if (found.kind === 'not-found') {
        const at = deps.now()
        return {
          outcome: { kind: 'withdrawn' },
          withdrawal: { at, arrived: false },
          events: [
            {
              type: 'registry.nothing-to-withdraw',
              text: 'В реестре документа нет: отзывать нечего',
              details: { withdrawnAt: at.toISOString() },
            },
          ],
        }
      }
      const answer = await registry.withdraw({ documentId, reason, timeoutMs })
      const told = toTold(answer, reason, deps.now())
      return {
        outcome: { kind: answer.kind },
        ...told,
        blobs: [
          {
            id: deps.newId(),
            kind: 'answer' as const,
            mediaType: 'application/json',
            bytes: answer.raw,
          },
        ],
      }
    })
  }
}

function toTold(answer: RegistryWithdrawal, reason: string, now: Date) {
  if (answer.kind === 'refused') {
    const details = { reason, code: answer.code }
    const text = 'Реестр отказался отозвать документ'
    return { events: [{ type: 'registry.withdrawal-refused', text, details }] }
  }
  const at = answer.at ?? now
  const details = { reason, withdrawnAt: at.toISOString() }
  return {
    withdrawal: { at, arrived: true },
    events: [{ type: 'registry.withdrawn', text: 'Реестр отозвал документ', details }],
  }
}
