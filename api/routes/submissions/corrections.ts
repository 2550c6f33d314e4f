import type { FastifyRequest } from 'fastify'
import type { ParsedResult } from '../../../adapters/formats/port.ts'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import type { Report } from '../../../domain/report/report.ts'
import { AppError } from '../../../domain/shared/app-error.ts'
import { Phase } from '../../../domain/submission/phase.ts'
import type { Api } from '../../api.ts'
import { changedFields } from '../../changed-fields.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem, invalidField } from '../../problem.ts'
import { idParams, reason } from '../../schemas/parts.ts'
import { submissionSummarySchema } from '../../schemas/submission.ts'
import { submissionPath, toSummary } from './answer.ts'
import { assertPossible } from './assert-possible.ts'
import { findOwn } from './find-own.ts'
import { acceptReports, readMessage } from './read-report.ts'

const NO_REASON = 'Исправление результата'

/** `POST …/corrections`: the whole corrected result becomes version n+1 and goes through every step again (promise P6). */
export async function registerCorrections(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    acceptReports(scope, deps)
    scope.post(
      '/v1/submissions/:id/corrections',
      {
        bodyLimit: deps.settings.maxFileBytes,
        config: { right: 'operate', body: 'report' },
        schema: {
          operationId: 'correctSubmission',
          tags: ['Действия'],
          summary: 'Исправить результат',
          description:
            'Исправленный результат целиком; можно, пока отправка ждёт исправления. Причина — в заголовке ' +
            'Gonets-Reason, в кодировке процентов (UTF-8).',
          params: idParams,
          response: { 202: submissionSummarySchema },
        },
      },
      async (request, reply) => {
        const view = await findOwn(deps, request, request.params.id)
        assertPossible('correct', view)
        if (view.phase !== Phase.needsCorrection) throw new ApiProblem('not-awaiting-correction')
        const { results, warnings } = await readMessage(deps, request)
        const report = onlyOne(results)
        assertSameResult(view, report)
        await store(deps, request, view, report)
        deps.dispatcher.dispatchFor(view.id)
        const current = await findOwn(deps, request, view.id)
        reply.code(202).header('location', submissionPath(view.id))
        return reply.send(toSummary(current, warnings))
      },
    )
  })
}

/** A person corrects one result; a message of several would leave open which. */
function onlyOne(results: readonly ParsedResult[]): Report {
  const [first, ...others] = results
  if (!first || others.length > 0)
    throw invalidField('', 'Исправление содержит ровно один результат.')
  return first.report
}

function assertSameResult(view: SubmissionView, report: Report): void {
  const { system, resultId } = report.source
  const same = system === view.sourceSystem && resultId === view.sourceId
  if (!same || report.analysis.code !== view.analysisCode)
    throw new ApiProblem('correction-source-mismatch')
  if (report.status === 'preliminary' || report.status === 'cancelled')
    throw invalidField('/status', 'Исправление должно быть окончательным результатом.')
}

async function store(
  deps: ApiDeps,
  request: FastifyRequest,
  view: SubmissionView,
  report: Report,
): Promise<void> {
  const { organizationId, keyId } = principalOf(request)
  const before = await deps.store.artefacts.read(view.id, 'report')
  const stored = await deps.store.submissions.addCorrection({
    organizationId,
    submissionId: view.id,
    report,
    contentDigest: deps.contentDigest(report),
    changedFields: before ? changedFields(JSON.parse(before.bytes.toString('utf8')), report) : [],
    actor: keyId,
    reason: toReason(request.headers['gonets-reason']),
  })
  if (stored.kind === 'not-found') throw new AppError('submission-not-found', 'permanent')
  if (stored.kind === 'replaced') throw new ApiProblem('submission-replaced')
  if (stored.kind === 'other-patient') throw new ApiProblem('correction-other-patient')
  if (stored.kind === 'not-waiting') throw new ApiProblem('not-awaiting-correction')
}

function toReason(header: string | string[] | undefined): string {
  if (typeof header !== 'string') return NO_REASON
  try {
    const text = decodeURIComponent(header)
    return text.trim() === '' ? NO_REASON : reason.parse(text)
  } catch {
    throw new ApiProblem('malformed-request', {
      detail:
        'Заголовок Gonets-Reason: ожидается кодировка процентов (UTF-8), до 500 знаков без управляющих и невидимых.',
    })
  }
}
