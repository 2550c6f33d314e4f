import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Act } from '../../../domain/submission/acts.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { idParams, reason } from '../../schemas/parts.ts'
import { submissionSummarySchema } from '../../schemas/submission.ts'
import { toSummary } from './answer.ts'
import { assertPossible } from './assert-possible.ts'
import { findOwn } from './find-own.ts'

interface Action {
  readonly name: Act
  readonly summary: string
  readonly description: string
  /** Russian, past tense: the line on the timeline. */
  readonly text: string
  readonly needsReason: boolean
  readonly run: (
    deps: Pick<ApiDeps, 'workflows' | 'store'>,
    id: string,
    input: { actor: string; reason: string },
  ) => Promise<void>
}

const ACTIONS: readonly Action[] = [
  {
    name: 'approve',
    summary: 'Подтвердить документ',
    description: 'Первый документ по шаблону проверяет человек; дальше шаблон работает сам.',
    text: 'Документ подтверждён сотрудником',
    needsReason: false,
    run: ({ workflows }, id, { actor }) => workflows.approve(id, { actor }),
  },
  {
    name: 'reject',
    summary: 'Отклонить документ',
    description: 'Документ по новому шаблону неверен: отправка ждёт исправления.',
    text: 'Документ отклонён сотрудником',
    needsReason: true,
    run: ({ workflows }, id, input) => workflows.reject(id, input),
  },
  {
    name: 'retry',
    summary: 'Повторить',
    description: 'Причина остановки устранена: продолжить с того же места.',
    text: 'Сотрудник велел повторить',
    needsReason: false,
    run: ({ workflows }, id, { actor, reason: why }) =>
      workflows.retry(id, why === '' ? { actor } : { actor, reason: why }),
  },
  {
    name: 'abandon',
    summary: 'Прекратить остановленную отправку',
    description: 'Отправка, которая ждёт человека, завершается без передачи.',
    text: 'Отправка прекращена сотрудником',
    needsReason: true,
    run: ({ workflows }, id, input) => workflows.abandon(id, input),
  },
  {
    name: 'cancel',
    summary: 'Отменить отправку',
    description:
      'Сделанное отменяется: документ помечается недействительным, переданное отзывается из реестра.',
    text: 'Сотрудник отменил отправку',
    needsReason: true,
    run: ({ workflows }, id, input) => workflows.cancel(id, input),
  },
  {
    name: 'hold',
    summary: 'Запретить уничтожение',
    description: 'Запись хранится и после срока, пока запрет не снят.',
    text: 'Установлен запрет на уничтожение',
    needsReason: true,
    // The row first: whoever destroys reads it, so a hold counts from here even when Temporal cannot be told now.
    run: async ({ store, workflows }, id, input) => {
      await store.retention.placeHold(id, input.reason)
      await workflows.placeHold(id, input)
    },
  },
  {
    name: 'release',
    summary: 'Снять запрет на уничтожение',
    description: 'Срок хранения снова действует.',
    text: 'Снят запрет на уничтожение',
    needsReason: false,
    run: async ({ store, workflows }, id, { actor }) => {
      await store.retention.releaseHold(id)
      await workflows.releaseHold(id, { actor })
    },
  },
]

const withReason = z.strictObject({ reason })
const withOptionalReason = z.strictObject({ reason: reason.optional() })

/** What a person may do with a submission. The workflow decides whether it is possible now; each is audited with who and why. */
export function registerActions(app: Api, deps: ApiDeps): void {
  for (const action of ACTIONS) {
    app.post(
      `/v1/submissions/:id/${action.name}`,
      {
        config: { right: 'operate' },
        schema: {
          operationId: `${action.name}Submission`,
          tags: ['Действия'],
          summary: action.summary,
          description: action.description,
          params: idParams,
          body: action.needsReason ? withReason : withOptionalReason,
          response: { 200: submissionSummarySchema },
        },
      },
      async (request) => {
        const view = await findOwn(deps, request, request.params.id)
        assertPossible(action.name, view)
        const { id } = view
        const why = request.body.reason ?? ''
        const actor = principalOf(request).keyId
        await action.run(deps, id, { actor, reason: why })
        await recordAction(deps, request, { id, why, action: action.name, text: action.text })
        return toSummary(await findOwn(deps, request, id))
      },
    )
  }
}

/** The reason is a person's free text: it stays in the audit entry and off the timeline. */
export async function recordAction(
  { store }: Pick<ApiDeps, 'store'>,
  request: FastifyRequest,
  done: { id: string; action: string; text: string; why?: string },
): Promise<void> {
  const { organizationId, keyId } = principalOf(request)
  await store.audit.record({
    organizationId,
    actor: keyId,
    action: `submission.${done.action}`,
    submissionId: done.id,
    ...(done.why && { reason: done.why }),
    event: { type: `person.${done.action}`, text: done.text },
  })
}
