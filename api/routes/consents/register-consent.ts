import type { Patient } from '../../../domain/report/report.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem, type FieldError, invalidField } from '../../problem.ts'
import { consentBody, consentSchema } from '../../schemas/consent.ts'
import { CONSENT_TAGS, consentPath, toConsent, toTime } from './consent-view.ts'

export function registerConsentEntry(app: Api, { store, dispatcher, now }: ApiDeps): void {
  app.post(
    '/v1/consents',
    {
      config: { right: 'submit' },
      schema: {
        operationId: 'registerConsent',
        tags: CONSENT_TAGS,
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
      const given = toTime(givenAt)
      if (given.at.getTime() > now().getTime())
        throw invalidField('/givenAt', 'Согласие не может быть дано в будущем.')
      const known = await store.templates.analyses(organizationId)
      const errors = wrongAnalyses(rest.analyses, new Set(known))
      if (errors.length > 0) throw new ApiProblem('validation-failed', { errors })
      const { kind, consent } = await store.consentRegister.register({
        ...rest,
        organizationId,
        givenAt: given.at,
        givenByDay: given.byDay,
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
      return reply.send(toConsent(consent, now()))
    },
  )
}

/** A code that no document is ever asked about would be a consent that never counts, and nobody would notice. */
function wrongAnalyses(analyses: readonly string[], known: ReadonlySet<string>): FieldError[] {
  return analyses.flatMap((code, at): FieldError[] => {
    const pointer = `/analyses/${at}`
    if (!known.has(code))
      return [
        {
          pointer,
          code: 'consent-analysis-unknown',
          detail: 'Шаблона с таким кодом нет: согласие на него никогда бы не подействовало.',
        },
      ]
    return analyses.indexOf(code) < at
      ? [{ pointer, code: 'field-invalid', detail: 'Код исследования указан дважды.' }]
      : []
  })
}
