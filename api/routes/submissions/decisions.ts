import { z } from 'zod'
import { QUESTIONS, type QuestionCode } from '../../../domain/submission/question.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import { idParams, reason } from '../../schemas/parts.ts'
import { submissionSummarySchema } from '../../schemas/submission.ts'
import { toSummary } from './answer.ts'
import { findOwn } from './find-own.ts'

const CODES = Object.keys(QUESTIONS) as [QuestionCode, ...QuestionCode[]]
const DECISIONS = Object.entries(QUESTIONS).map(
  ([code, { text, decisions }]) => `\`${code}\` (${text}): ${decisions.join(', ')}`,
)

const body = z
  .strictObject({
    question: z.enum(CODES).describe('Код вопроса'),
    decision: z.string().max(50).describe('Один из ответов на этот вопрос'),
    reason,
  })
  .refine(
    ({ question, decision }) =>
      (QUESTIONS[question].decisions as readonly string[]).includes(decision),
    { path: ['decision'], error: 'такого ответа на этот вопрос нет' },
  )

/** `POST …/decisions`: what only a person can decide. Answer, effect, event and audit entry are one commit. */
export function registerDecisions(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/submissions/:id/decisions',
    {
      config: { right: 'operate' },
      schema: {
        operationId: 'decideSubmission',
        tags: ['Действия'],
        summary: 'Ответить на вопрос',
        description: `Вопросы, на которые может ответить только человек, и ответы на них. ${DECISIONS.join('. ')}.`,
        params: idParams,
        body,
        response: { 200: submissionSummarySchema },
      },
    },
    async (request) => {
      const { id } = await findOwn(deps, request, request.params.id)
      const { organizationId, keyId } = principalOf(request)
      const { question, decision, reason: why } = request.body
      const decided = await deps.store.questions.decide({
        ...{ organizationId, submissionId: id, code: question, decision },
        ...{ actor: keyId, reason: why },
      })
      if (decided.kind === 'not-asked') throw new ApiProblem('question-not-asked')
      for (const told of decided.told) deps.dispatcher.dispatchFor(told)
      return toSummary(await findOwn(deps, request, id))
    },
  )
}
