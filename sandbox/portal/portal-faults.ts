import type { Switched } from '../faults/fault-switches.ts'
import { type Call, hangUp, type Strike, send, strikes } from '../faults/strike.ts'
import { errorsBody } from '../shared/errors.ts'

type PortalFault = Switched<'portal'> | undefined
type Strikes = Partial<Record<Switched<'portal'>['mode'], Strike>>

/** Before the call is looked at. */
const BEFORE: Strikes = {
  slow: strikes.slow,
  cut: strikes.cut,
  unauthorized: strikes.unauthorized,
  'rate-limit': strikes['rate-limit'],
  'error-5xx': (fault, call) => !fault.processed && strikes['error-5xx'](fault, call),
  'too-large': (_fault, call) =>
    send(call, 413, errorsBody('package_too_large', 'Пакет слишком велик')),
  'refuse-422': (fault, call) =>
    send(call, 422, fault.reasons ? { errors: fault.reasons } : UNKNOWN_ANALYSIS),
  'withdraw-refused': (fault, call) =>
    send(call, 409, fault.reasons ? { errors: fault.reasons } : TOO_LATE),
}

/** When the call has been processed: the answer gets lost or spoilt. */
const AFTER: Strikes = {
  async 'timeout-after-accept'(fault, call) {
    if (fault.delayMs !== undefined) await call.timers.sleep(fault.delayMs)
    return hangUp(call)
  },
  'error-5xx': strikes['error-5xx'],
  garbage(_fault, { reply }) {
    void reply.code(202).type('application/json').send('{"receiptId": ')
    return true
  },
}

const UNKNOWN_ANALYSIS = errorsBody(
  'analysis_type_unknown',
  'Вид исследования отсутствует в справочнике',
  '/analysis/code',
)
const TOO_LATE = errorsBody('withdrawal_too_late', 'Документ уже передан дальше')

/** True = the call has been dealt with. */
export async function failBefore(fault: PortalFault, call: Call): Promise<boolean> {
  return (fault && BEFORE[fault.mode]?.(fault, call)) ?? false
}

/** True = the call has been dealt with. */
export async function failAfter(fault: PortalFault, call: Call): Promise<boolean> {
  return (fault && AFTER[fault.mode]?.(fault, call)) ?? false
}
