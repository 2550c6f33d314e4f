import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem, invalidField } from '../../problem.ts'
import { consentParams, consentSchema, withdrawBody } from '../../schemas/consent.ts'
import { CONSENT_TAGS, consentPath, toConsent, toTime } from './consent-view.ts'

export function registerConsentWithdrawal(app: Api, { store, dispatcher, now }: ApiDeps): void {
  app.post(
    '/v1/consents/:id/withdraw',
    {
      config: { right: 'submit' },
      schema: {
        operationId: 'withdrawConsent',
        tags: CONSENT_TAGS,
        summary: 'Отозвать согласие',
        description:
          'Согласие отзывается целиком. Непереданное останавливается, лечащим врачам сообщается. Повтор безвреден; ' +
          'повтор с другим временем или способом — 409.',
        params: consentParams,
        body: withdrawBody,
        response: { 200: consentSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const { withdrawnAt, method, reason } = request.body
      const time = withdrawnAt === undefined ? undefined : toTime(withdrawnAt)
      if (time && time.at.getTime() > now().getTime())
        throw invalidField('/withdrawnAt', 'Отзыв не может быть выражен в будущем.')
      const { id } = request.params
      const ended = await store.consentRegister.withdraw({
        organizationId,
        id,
        ...(time && { withdrawnAt: time.at, byDay: time.byDay }),
        ...(method && { method }),
        actor: keyId,
        reason,
      })
      if (!ended) throw new ApiProblem('consent-not-found')
      switch (ended.kind) {
        case 'too-early':
          throw invalidField('/withdrawnAt', 'Отзыв не может быть раньше самого согласия.')
        case 'conflict':
          throw new ApiProblem('consent-withdrawn-otherwise', {
            extensions: { links: { existing: consentPath(id) } },
          })
        case 'withdrawn':
        case 'repeated':
          dispatcher.wake()
          return toConsent(ended.consent, now())
      }
    },
  )
}
