import type { FastifyReply } from 'fastify'
import type { Acceptance } from '../../../adapters/storage/port.ts'
import type { Report } from '../../../domain/report/report.ts'
import type { Issue } from '../../../domain/shared/issue.ts'
import { priorityOf } from '../../../domain/submission/priority.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { limitIntake } from '../../plugins/intake-limits.ts'
import { toPolicy } from '../../policy.ts'
import { submissionSummarySchema } from '../../schemas/submission.ts'
import { submissionPath, toSummary } from './answer.ts'
import { acceptReports, readReport } from './read-report.ts'

/** `POST /v1/submissions`: the answer leaves after the commit and does not wait for Temporal (promise P1). */
export async function registerIntake(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    limitIntake(scope, deps.settings.intake)
    acceptReports(scope, deps)
    scope.post(
      '/v1/submissions',
      {
        bodyLimit: deps.settings.maxFileBytes,
        config: { right: 'submit', body: 'report' },
        schema: {
          operationId: 'submitResult',
          tags: ['Отправки'],
          summary: 'Передать результат',
          description:
            'Один результат исследования. 202 — результат и запись о нём сохранены и будут переданы в реестр, что бы ни ' +
            'случилось дальше. Повтор того же результата — 200 с состоянием первого. Тот же номер с другим содержанием ' +
            'без пометки «исправлено» — 409.',
          response: { 200: submissionSummarySchema, 202: submissionSummarySchema },
        },
      },
      async (request, reply) => {
        const { report, word, warnings, organization, source } = await readReport(
          deps,
          request,
        ).catch((error: unknown) => {
          deps.metrics.intake.inc({ outcome: 'invalid' })
          throw error
        })
        const acceptance = await deps.store.submissions.accept({
          organizationId: organization.id,
          report,
          word,
          source,
          contentDigest: deps.contentDigest(report),
          policy: toPolicy(deps.settings.policy, organization),
          actor: principalOf(request).keyId,
        })
        deps.metrics.intake.inc({ outcome: acceptance.kind })
        tellTemporal(deps, acceptance, report)
        return answer(reply, acceptance, warnings)
      },
    )
  })
}

/** A repeat has nothing to tell: whatever the first one left waits its turn, however often it is sent again. */
function tellTemporal(
  { dispatcher }: ApiDeps,
  { kind, submission }: Acceptance,
  { order }: Report,
): void {
  if (kind === 'created' || kind === 'updated') dispatcher.admit(priorityOf(order))
  else if (kind === 'corrects') dispatcher.dispatchFor(submission.id)
}

function answer(reply: FastifyReply, { kind, submission }: Acceptance, warnings: readonly Issue[]) {
  const location = submissionPath(submission.id)
  return reply
    .code(kind === 'repeated' ? 200 : 202)
    .header('location', location)
    .send(toSummary(submission, warnings))
}
