import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import { consentChecksSchema, consentParams, consentSchema } from '../../schemas/consent.ts'
import { idParams } from '../../schemas/parts.ts'
import { findOwn } from '../submissions/find-own.ts'
import { CONSENT_TAGS, toCheck, toConsent } from './consent-view.ts'

export function registerConsentReads(app: Api, deps: ApiDeps): void {
  const { consentRegister } = deps.store
  app.get(
    '/v1/consents/:id',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getConsent',
        tags: CONSENT_TAGS,
        summary: 'Согласие',
        params: consentParams,
        response: { 200: consentSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const consent = await consentRegister.get(organizationId, request.params.id)
      if (!consent) throw new ApiProblem('consent-not-found')
      return toConsent(consent, deps.now())
    },
  )
  app.get(
    '/v1/consents/:id/checks',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getConsentChecks',
        tags: CONSENT_TAGS,
        summary: 'Журнал проверок согласия',
        description: 'Каждый запрос о согласии: время, что спрошено, ответ, кто спросил.',
        params: consentParams,
        response: { 200: consentChecksSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const consent = await consentRegister.get(organizationId, request.params.id)
      if (!consent) throw new ApiProblem('consent-not-found')
      const checks = await consentRegister.checks(organizationId, consent.id)
      return { items: checks.map(toCheck) }
    },
  )
  app.get(
    '/v1/submissions/:id/consent-checks',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getSubmissionConsentChecks',
        tags: CONSENT_TAGS,
        summary: 'Журнал проверок согласия по отправке',
        description:
          'Каждый вопрос о законном основании отправки по каждому исследованию, и когда согласия не нашлось.',
        params: idParams,
        response: { 200: consentChecksSchema },
      },
    },
    async (request) => {
      const { id, organizationId } = await findOwn(deps, request, request.params.id)
      const checks = await consentRegister.checksOfSubmission(organizationId, id)
      return { items: checks.map(toCheck) }
    },
  )
}
