import { createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import type { FaultSwitches, Switched } from '../faults/fault-switches.ts'
import type { Timers } from '../shared/timers.ts'
import type { Answer, Registration } from './registrations.ts'

export interface CallbackOptions {
  /** Address of the API, without the `/callbacks/portal/…` part; undefined = nobody is called. */
  readonly url: string | undefined
  readonly secret: string
  /** First pause before a repeat; doubles up to `maxPauseMs`. */
  readonly firstPauseMs: number
  readonly maxPauseMs: number
  readonly tries: number
  readonly timeoutMs: number
}
export interface CallbackStats {
  attempts: number
  delivered: number
  refused: number
  gaveUp: number
}
export interface CallbackSender {
  /** Sends until the first 2xx. Settles after the first try; repeats go on by themselves. */
  deliver(registration: Registration, answer: Answer, onDelivered: () => void): Promise<void>
  readonly stats: CallbackStats
}

export function createCallbackSender(deps: {
  readonly options: CallbackOptions
  readonly faults: FaultSwitches
  readonly timers: Timers
  readonly now: () => Date
  readonly logger: Logger
}): CallbackSender {
  const { options, faults, timers, logger } = deps
  const stats: CallbackStats = { attempts: 0, delivered: 0, refused: 0, gaveUp: 0 }

  async function attempt(registration: Registration, answer: Answer): Promise<boolean> {
    const { documentId, organizationId, analysisType, setId, versionNumber } = registration
    const subject = { documentId, organizationId, analysisType, setId, versionNumber }
    const fault = faults.take('callback', subject)
    stats.attempts += 1
    if (fault?.mode === 'silent') return false
    if (fault?.mode === 'slow') await timers.sleep(fault.delayMs ?? 1000)
    const copies = fault?.mode === 'repeat' ? (fault.copies ?? 3) : 1
    let done = false
    for (let copy = 0; copy < copies; copy += 1) {
      done = await post(organizationId, toMessage(answer, fault))
    }
    if (done) stats.delivered += 1
    else stats.refused += 1
    return done
  }

  async function post(organizationId: string, message: Message): Promise<boolean> {
    const base = (options.url ?? '').replace(/\/+$/, '')
    const seconds = Math.floor(deps.now().getTime() / 1000) - message.ageSeconds
    const secret = message.wrongSecret ? `not-${options.secret}` : options.secret
    const mac = createHmac('sha256', secret).update(`${seconds}.${message.body}`).digest('hex')
    try {
      const response = await fetch(
        `${base}/callbacks/portal/${encodeURIComponent(organizationId)}`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-portal-timestamp': String(seconds),
            'x-portal-signature': `v1=${mac}`,
          },
          body: message.body,
          redirect: 'manual',
          signal: AbortSignal.timeout(options.timeoutMs),
        },
      )
      await response.body?.cancel()
      if (!response.ok) logger.warn({ status: response.status }, 'callback refused')
      return response.ok
    } catch {
      return false
    }
  }

  async function deliver(
    registration: Registration,
    answer: Answer,
    onDelivered: () => void,
    tries: number,
  ): Promise<void> {
    if (await attempt(registration, answer)) return onDelivered()
    if (tries + 1 >= options.tries) {
      stats.gaveUp += 1
      logger.warn({ documentId: answer.documentId }, 'callback given up')
      return
    }
    const pause = Math.min(options.firstPauseMs * 2 ** tries, options.maxPauseMs)
    timers.after(pause, () => void deliver(registration, answer, onDelivered, tries + 1))
  }

  return {
    stats,
    async deliver(registration, answer, onDelivered) {
      if (options.url !== undefined) await deliver(registration, answer, onDelivered, 0)
    },
  }
}

interface Message {
  readonly body: string
  readonly ageSeconds: number
  readonly wrongSecret: boolean
}

function toMessage(answer: Answer, fault: Switched<'callback'> | undefined): Message {
  const sent =
    fault?.mode === 'wrong-document' ? { ...answer, documentId: 'no-such-document' } : answer
  return {
    body: fault?.mode === 'garbage' ? '{"status":' : JSON.stringify(sent),
    ageSeconds: fault?.mode === 'stale' ? 3600 : 0,
    wrongSecret: fault?.mode === 'bad-signature',
  }
}
