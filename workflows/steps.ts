import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/**
 * A step that is silent for so long was lost with its worker and is repeated; long steps beat every second
 * (activities/beating.ts). Not shorter: in a burst on two loaded cores a worker that signs and draws documents was kept from
 * beating for up to 1.4 s, and a living step that is repeated is work for nothing.
 */
const SILENCE = '3.5 seconds'
/** Short, because the repeat of a lost step waits for it too: together with the silence it has to stay below five seconds. */
const FIRST_PAUSE = '0.5 seconds'

/**
 * One activity per step of the protocol. `startToCloseTimeout` ends what lives and gets nowhere; repeats are safe because
 * each step finds its own stored result. A cancelled run waits for the step under way: what has to be undone is known only
 * when it has ended, and it must not write after the end.
 */
function step(summary: string, options: Partial<ActivityOptions> = {}): Activities {
  return proxyActivities<Activities>({
    startToCloseTimeout: '15 seconds',
    heartbeatTimeout: SILENCE,
    retry: {
      initialInterval: FIRST_PAUSE,
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      maximumAttempts: 100,
    },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary,
    ...options,
  })
}

/** Questions to services that may be away for a day: asked patiently. */
const patient = {
  retry: {
    initialInterval: FIRST_PAUSE,
    backoffCoefficient: 2,
    maximumInterval: '5 minutes',
    maximumAttempts: 300,
  },
} as const
/** Records that must be made whatever happens: tried until the database is back. */
const certain = {
  retry: { initialInterval: FIRST_PAUSE, backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const

/** A page of questions; what fails is found by the next reconciliation. */
const looking = {
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumAttempts: 5 },
} as const

export const { checkConsent } = step('Проверка законного основания', patient)
export const { requestConsent } = step('Запрос согласия')
export const { watchLegalBasis } = step('Постановка под наблюдение за согласием')
export const { assembleDocument } = step('Заполнение шаблона и проверка перед отправкой')
export const { approveDocument } = step('Подтверждение шаблона')
export const { signDocument } = step('Подпись организации')
export const { verifySignature } = step('Проверка личной подписи')
export const { recordAnswer } = step('Запись ответа реестра')
export const { voidDocument } = step('Признание документа недействительным', certain)
export const { raiseAttention } = step('Передача сотруднику', certain)
export const { closeSubmission } = step('Закрытие отправки', certain)
export const { sendNotification } = step('Уведомление', {
  retry: {
    initialInterval: FIRST_PAUSE,
    backoffCoefficient: 2,
    maximumInterval: '30 minutes',
    maximumAttempts: 60,
  },
})
export const { recheckConsent } = step('Проверка согласия', patient)
/** For one call of the registry about a kept record, which no longer has a policy. */
export const WITHDRAWAL_MS = 30_000
export const { withdrawDocument: withdrawRegistered } = step(
  'Отзыв зарегистрированного документа',
  { ...patient, startToCloseTimeout: 2 * WITHDRAWAL_MS + 15_000 },
)
export const { findLeftover } = step('Проверка, что документ не остался в реестре лишним', certain)
export const { sealRecord } = step('Сборка доказательств и передача на хранение', certain)
export const { destroyRecord } = step('Уничтожение по истечении срока', certain)

export const { reconcileSubmissions } = step('Сверка отправок с Temporal', looking)
export const { reconcileRuns } = step('Сверка Temporal с отправками', looking)

const OWN_WORK_MS = 15_000

interface RegistrySteps
  extends Pick<Activities, 'sendDocument' | 'findInRegistry' | 'withdrawDocument'> {
  readonly pollRegistry: Activities['findInRegistry']
}

/** Steps that call the registry take their limits from the policy of the run: the call has to end before the step does. */
export function registrySteps(policy: {
  sendTimeoutMs: number
  sendAttempts: number
}): RegistrySteps {
  const oneCall = { startToCloseTimeout: policy.sendTimeoutMs + OWN_WORK_MS }
  const { findInRegistry } = step('Запрос состояния документа в реестре', {
    ...patient,
    ...oneCall,
  })
  // Silence is asked about again and again, so one poll gives up soon: an answer that arrives meanwhile does not wait for it.
  const { findInRegistry: pollRegistry } = step('Опрос реестра', {
    ...oneCall,
    retry: { initialInterval: FIRST_PAUSE, backoffCoefficient: 2, maximumAttempts: 5 },
  })
  const { withdrawDocument } = step('Отзыв документа из реестра', { ...patient, ...oneCall })
  const { sendDocument } = step('Отправка в реестр', {
    // A repeat asks the registry before it sends.
    startToCloseTimeout: 2 * policy.sendTimeoutMs + OWN_WORK_MS,
    retry: {
      initialInterval: FIRST_PAUSE,
      backoffCoefficient: 2,
      maximumInterval: '10 minutes',
      maximumAttempts: policy.sendAttempts,
    },
  })
  return { sendDocument, findInRegistry, pollRegistry, withdrawDocument }
}
