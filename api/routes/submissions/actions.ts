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
import { type By, onRecord } from './on-record.ts'

interface Action {
  readonly name: Act
  readonly summary: string
  readonly description: string
  /** Russian, past tense: the line on the timeline. Absent: it writes its own event and audit entry. */
  readonly text?: string
  readonly needsReason: boolean
  readonly run: (deps: Pick<ApiDeps, 'workflows' | 'store' | 'dispatcher'>, by: By) => Promise<void>
}

const ACTIONS: readonly Action[] = [
  {
    name: 'approve',
    summary: 'Подтвердить документ',
    description: 'Первый документ по шаблону проверяет человек; дальше шаблон работает сам.',
    text: 'Документ подтверждён сотрудником',
    needsReason: false,
    run: ({ workflows }, { submissionId, actor }) => workflows.approve(submissionId, { actor }),
  },
  {
    name: 'reject',
    summary: 'Отклонить документ',
    description: 'Документ по новому шаблону неверен: отправка ждёт исправления.',
    text: 'Документ отклонён сотрудником',
    needsReason: true,
    run: ({ workflows }, { submissionId, actor, reason: why }) =>
      workflows.reject(submissionId, { actor, reason: why }),
  },
  {
    name: 'retry',
    summary: 'Повторить',
    description: 'Причина остановки устранена: продолжить с того же места.',
    text: 'Сотрудник велел повторить',
    needsReason: false,
    run: ({ workflows }, { submissionId, actor, reason: why }) =>
      workflows.retry(submissionId, why === '' ? { actor } : { actor, reason: why }),
  },
  {
    name: 'abandon',
    summary: 'Прекратить остановленную отправку',
    description: 'Отправка, которая ждёт человека, завершается без передачи.',
    text: 'Отправка прекращена сотрудником',
    needsReason: true,
    run: ({ workflows }, { submissionId, actor, reason: why }) =>
      workflows.abandon(submissionId, { actor, reason: why }),
  },
  {
    name: 'cancel',
    summary: 'Отменить отправку',
    description:
      'Сделанное отменяется: документ помечается недействительным, переданное отзывается из реестра.',
    text: 'Сотрудник отменил отправку',
    needsReason: true,
    run: ({ workflows }, { submissionId, actor, reason: why }) =>
      workflows.cancel(submissionId, { actor, reason: why }),
  },
  {
    name: 'hold',
    summary: 'Запретить уничтожение',
    description: 'Запись хранится и после срока, пока запрет не снят.',
    needsReason: true,
    // Row, audit and event are one commit; the run hears of it through the outbox. Whoever destroys reads the row.
    run: async ({ store, dispatcher }, by) => {
      await store.retention.placeHold(by)
      dispatcher.dispatchFor(by.submissionId)
    },
  },
  {
    name: 'release',
    summary: 'Снять запрет на уничтожение',
    description: 'Срок хранения снова действует.',
    needsReason: false,
    run: async ({ store, dispatcher }, by) => {
      await store.retention.releaseHold(by)
      dispatcher.dispatchFor(by.submissionId)
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
        const { organizationId, keyId: actor } = principalOf(request)
        const by = { organizationId, submissionId: id, actor, reason: request.body.reason ?? '' }
        const { name, text, run } = action
        await (text === undefined
          ? run(deps, by)
          : onRecord(deps, by, { name, text }, () => run(deps, by)))
        return toSummary(await findOwn(deps, request, id))
      },
    )
  }
}
