import type { FastifyReply } from 'fastify'
import type { ParsedResult } from '../../../adapters/formats/port.ts'
import type { Acceptance } from '../../../adapters/storage/port.ts'
import type { Report } from '../../../domain/report/report.ts'
import type { Issue } from '../../../domain/shared/issue.ts'
import { priorityOf } from '../../../domain/submission/priority.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { limitIntake } from '../../plugins/intake-limits.ts'
import { toPolicy } from '../../policy.ts'
import { acceptedSchema } from '../../schemas/submission.ts'
import { submissionPath, toSummary } from './answer.ts'
import { joinMessage } from './join-message.ts'
import { acceptReports, type ReadMessage, readMessage } from './read-report.ts'

/** `POST /v1/submissions`: the answer leaves after the commit and does not wait for Temporal (promise P1). */
export async function registerIntake(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    const chargeFor = limitIntake(scope, deps.settings.intake)
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
            'Результат исследования; сообщение HL7 — один или несколько, каждый своей отправкой (others). 202 — результат ' +
            'и запись о нём сохранены и будут переданы в реестр, что бы ни случилось дальше. Повтор того же результата — ' +
            '200 с состоянием первого. Если неясно, какое из сообщений последнее, результат записывается и ждёт решения.',
          response: { 200: acceptedSchema, 202: acceptedSchema },
        },
      },
      async (request, reply) => {
        const message = await readMessage(deps, request).catch((error: unknown) => {
          deps.metrics.intake.inc({ outcome: 'invalid' })
          throw error
        })
        await chargeFor(request, message.results.length)
        const actor = principalOf(request).keyId
        const accepted: Acceptance[] = []
        for (const result of await joinMessage(deps, message))
          accepted.push(await acceptResult(deps, message, result, actor))
        return answer(reply, accepted, message.warnings)
      },
    )
  })
}

/** One result of a message, in a commit of its own: what a message told before is told again by its repeat, without harm. */
async function acceptResult(
  deps: ApiDeps,
  { organization, source }: ReadMessage,
  result: ParsedResult,
  actor: string,
): Promise<Acceptance> {
  const { report } = result
  const acceptance = await deps.store.submissions.accept({
    ...result,
    organizationId: organization.id,
    source,
    contentDigest: deps.contentDigest(report),
    policy: toPolicy(deps.settings.policy, organization),
    actor,
  })
  deps.metrics.intake.inc({ outcome: acceptance.kind })
  tellTemporal(deps, acceptance, report)
  return acceptance
}

/** A repeat has nothing to tell: whatever the first one left waits its turn, however often it is sent again. */
function tellTemporal(
  { dispatcher }: ApiDeps,
  { kind, submission, displaced }: Acceptance,
  { order }: Report,
): void {
  if (kind === 'created' || kind === 'updated') dispatcher.admit(priorityOf(order))
  else if (kind === 'corrects' || kind === 'contested') dispatcher.dispatchFor(submission.id)
  for (const id of displaced) dispatcher.dispatchFor(id)
}

function answer(reply: FastifyReply, accepted: readonly Acceptance[], found: readonly Issue[]) {
  const [first, ...others] = accepted
  if (!first) throw new Error('a message without results')
  return reply
    .code(accepted.every(({ kind }) => kind === 'repeated') ? 200 : 202)
    .header('location', submissionPath(first.submission.id))
    .send({
      ...toSummary(first.submission, [...found, ...warningsOf(first)]),
      others: others.map((other) => toSummary(other.submission, warningsOf(other))),
    })
}

/** Of one result; what is said of the message stands with the first. */
const warningsOf = ({ kind, warnings }: Acceptance): readonly Issue[] =>
  kind === 'contested' ? [...warnings, CONTESTED] : warnings

const CONTESTED: Issue = {
  code: 'result-contested',
  pointer: '',
  detail:
    'Неясно, какое сообщение об этом результате последнее: он записан и ждёт решения сотрудника. Укажите версию, время или пометку об исправлении.',
  severity: 'warning',
}
