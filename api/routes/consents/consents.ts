import type { Consent, ConsentCheck } from '../../../adapters/storage/port.ts'
import type { Patient } from '../../../domain/report/report.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem, invalidField } from '../../problem.ts'
import {
  consentBody,
  consentChecksSchema,
  consentParams,
  consentSchema,
  withdrawBody,
} from '../../schemas/consent.ts'
import { toIso } from '../../schemas/parts.ts'

const tags = ['Согласия']

/** The organisation's register of consents. What changes here reaches waiting submissions through the outbox. */
export function registerConsents(app: Api, deps: ApiDeps): void {
  registerCreate(app, deps)
  registerReads(app, deps)
  registerWithdraw(app, deps)
}

function registerCreate(app: Api, { store, dispatcher, now }: ApiDeps): void {
  app.post(
    '/v1/consents',
    {
      config: { right: 'submit' },
      schema: {
        operationId: 'registerConsent',
        tags,
        summary: 'Внести согласие',
        description:
          'Повтор с тем же номером и содержанием — 200 и первая запись; с другим содержанием — 409.',
        body: consentBody,
        response: { 200: consentSchema, 201: consentSchema },
      },
    },
    async (request, reply) => {
      const { organizationId, keyId } = principalOf(request)
      const { givenAt, validUntil, patient, ...rest } = request.body
      if (Date.parse(givenAt) > now().getTime())
        throw invalidField('/givenAt', 'Согласие не может быть дано в будущем.')
      const { kind, consent } = await store.consentRegister.register({
        ...rest,
        organizationId,
        givenAt: new Date(givenAt),
        validUntil: validUntil === null ? null : new Date(validUntil),
        patient: patient as Patient,
        actor: keyId,
      })
      const location = consentPath(consent.id)
      if (kind === 'conflict') {
        const extensions = { links: { existing: location } }
        throw new ApiProblem('consent-conflict', { headers: { location }, extensions })
      }
      dispatcher.wake()
      reply.code(kind === 'created' ? 201 : 200).header('location', location)
      return reply.send(toConsent(consent))
    },
  )
}

function registerReads(app: Api, { store }: ApiDeps): void {
  app.get(
    '/v1/consents/:id',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getConsent',
        tags,
        summary: 'Согласие',
        params: consentParams,
        response: { 200: consentSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const consent = await store.consentRegister.get(organizationId, request.params.id)
      if (!consent) throw new ApiProblem('consent-not-found')
      return toConsent(consent)
    },
  )
  app.get(
    '/v1/consents/:id/checks',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getConsentChecks',
        tags,
        summary: 'Журнал проверок согласия',
        description: 'Каждый запрос о согласии: время, что спрошено, ответ, кто спросил.',
        params: consentParams,
        response: { 200: consentChecksSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const consent = await store.consentRegister.get(organizationId, request.params.id)
      if (!consent) throw new ApiProblem('consent-not-found')
      const checks = await store.consentRegister.checks(organizationId, consent.id)
      return { items: checks.map(toCheck) }
    },
  )
}

function registerWithdraw(app: Api, { store, dispatcher }: ApiDeps): void {
  app.post(
    '/v1/consents/:id/withdraw',
    {
      config: { right: 'submit' },
      schema: {
        operationId: 'withdrawConsent',
        tags,
        summary: 'Отозвать согласие',
        description: 'Непереданное останавливается, лечащим врачам сообщается. Повтор безвреден.',
        params: consentParams,
        body: withdrawBody,
        response: { 200: consentSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const changed = await store.consentRegister.changeStatus({
        organizationId,
        id: request.params.id,
        status: 'withdrawn',
        actor: keyId,
        reason: request.body.reason,
      })
      if (!changed) throw new ApiProblem('consent-not-found')
      dispatcher.wake()
      return toConsent(changed.consent)
    },
  )
}

function consentPath(id: string): string {
  return `/v1/consents/${id}`
}

function toConsent({ organizationId: _, ...consent }: Consent) {
  const self = consentPath(consent.id)
  return {
    ...consent,
    analyses: [...consent.analyses],
    givenAt: toIso(consent.givenAt),
    validUntil: toIso(consent.validUntil),
    createdAt: toIso(consent.createdAt),
    links: { self, checks: `${self}/checks` },
  }
}

function toCheck(check: ConsentCheck) {
  return { ...check, at: toIso(check.at), request: { ...check.request } }
}
